import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  beginLaunch,
  cancel,
  claim,
  claimedRun,
  createRun,
  endAttempt,
  lapse,
  RUN_TASK,
  register,
  release,
  startTestServer,
  type TestServer,
} from "./harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** Claims `count` runs of one flow for an agent. */
async function claimMany(name: string, agent: string, count: number): Promise<Answer[]> {
  const version = await register(server, name, { labels: [name] });
  await Promise.all(Array.from({ length: count }, () => createRun(server, version)));
  const { claimed } = await claim(server, agent, { labels: [name], limit: count });
  return claimed.map((entry: Answer) => ({ ...entry, agent }));
}

describe("beginLaunch", () => {
  it("leaves the intent to whoever takes the attempt up", async () => {
    const run = await claimedRun(server, "intent");
    expect(run.begunVariant).toBeNull();
    expect(await beginLaunch(server, run, { scope: "intent", variant: 2 })).toBe(0);
    await lapse(server, run.attempt.id);
    const { adopted } = await claim(server, "heir", { labels: ["intent"] });
    expect(adopted).toMatchObject([
      {
        begunVariant: 2,
        bootstrapToken: run.bootstrapToken,
        attempt: { id: run.attempt.id, number: 1 },
      },
    ]);
  });

  it("notes when the first one was begun, and which was the last", async () => {
    const run = await claimedRun(server, "again");
    const intent = async () => {
      const text = "select begun_variant, launch_begun_at from attempt where id = $1";
      return (await server.sql(text, [run.attempt.id]))[0];
    };
    await beginLaunch(server, run);
    const first = await intent();
    await beginLaunch(server, run, { variant: 1 });
    expect(await intent()).toEqual({ ...first, begun_variant: 1 });
  });

  it("gives turns in the order of asking, however many agents ask at once", async () => {
    const scope = "fair";
    const rate = { operation: "RunTask", burst: 10, perSecond: 20 };
    const runs = [
      ...(await claimMany("fair one", "fair 1", 30)),
      ...(await claimMany("fair two", "fair 2", 30)),
    ];
    const start = Date.now();
    const turns = await Promise.all(runs.map((run) => beginLaunch(server, run, { scope, rate })));
    const tookMs = Date.now() - start;
    const waiting = turns.filter((waitMs) => waitMs > 0).sort((a, b) => a - b);
    // What the bucket held, and what flowed in while they asked.
    expect(turns.length - waiting.length).toBeGreaterThanOrEqual(10);
    expect(turns.length - waiting.length).toBeLessThanOrEqual(11 + tookMs / 50);
    const last = waiting.at(-1) ?? 0;
    expect(last).toBeLessThanOrEqual(2_500);
    expect(last).toBeGreaterThanOrEqual(2_500 - tookMs - 1);
    // Never two of the same turn: a call every 50 ms, less what passed between two askings.
    const perWindow = waiting.filter((waitMs) => waitMs <= 1_000).length;
    expect(perWindow).toBeLessThanOrEqual(20 + tookMs / 50);
  });

  it("keeps buckets apart by scope and by operation", async () => {
    const run = await claimedRun(server, "apart");
    const rate = { operation: "RunTask", burst: 1, perSecond: 0.5 };
    const stop = { ...rate, operation: "StopTask" };
    expect(await beginLaunch(server, run, { scope: "apart 1", rate })).toBe(0);
    expect(await beginLaunch(server, run, { scope: "apart 1", rate })).toBeGreaterThan(1_000);
    expect(await beginLaunch(server, run, { scope: "apart 2", rate })).toBe(0);
    expect(await beginLaunch(server, run, { scope: "apart 1", rate: stop })).toBe(0);
  });

  it("fills a bucket up to its burst and no further", async () => {
    const run = await claimedRun(server, "fill");
    const rate = { operation: "RunTask", burst: 2, perSecond: 0.5 };
    await beginLaunch(server, run, { scope: "fill", rate });
    await server.sql(
      "update rate_budget set updated_at = now() - interval '1 hour' where scope = 'fill'",
    );
    const turns = [];
    for (let count = 0; count < 3; count++)
      turns.push(await beginLaunch(server, run, { scope: "fill", rate }));
    expect(turns.map((waitMs) => waitMs > 0)).toEqual([false, false, true]);
  });

  it("refuses a place in a queue of more than ten minutes, and takes none", async () => {
    const run = await claimedRun(server, "queue");
    const rate = { operation: "RunTask", burst: 1, perSecond: 1 / 400 };
    const ask = () => beginLaunch(server, run, { scope: "queue", rate });
    expect(await ask()).toBe(0);
    expect(await ask()).toBeGreaterThan(390_000);
    const tokens = () => server.sql("select tokens from rate_budget where scope = 'queue'");
    const before = await tokens();
    await expect(ask()).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { operation: "RunTask" },
    });
    expect(await tokens()).toEqual(before);
  });

  it.each([
    ["somebody else's", async (run: Answer) => ({ ...run, agent: "somebody" })],
    [
      "ended",
      async (run: Answer) => {
        await endAttempt(server, run.agent, run.attempt.id);
        return run;
      },
    ],
    [
      "given back",
      async (run: Answer) => {
        await release(server, run);
        return run;
      },
    ],
  ])("refuses an attempt that is %s, and takes no call", async (name, change) => {
    const run = await change(await claimedRun(server, `refused ${name}`));
    const scope = `refused ${name}`;
    await expect(beginLaunch(server, run, { scope })).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
      details: { attemptId: run.attempt.id },
    });
    expect(await server.sql("select 1 from rate_budget where scope = $1", [scope])).toEqual([]);
  });

  it("refuses an attempt whose run is to end, and says so", async () => {
    const run = await claimedRun(server, "unwanted");
    await cancel(server, run.runId);
    await expect(beginLaunch(server, run)).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
      message: expect.stringContaining("its run is Cancelling, since somebody asked for its end"),
      details: { stateType: "Cancelling" },
    });
  });

  it.each([
    ["variant", { variant: -1 }],
    ["rate.burst", { rate: { ...RUN_TASK, burst: 0 } }],
    ["rate.perSecond", { rate: { ...RUN_TASK, perSecond: 0 } }],
    ["rate.operation", { rate: { ...RUN_TASK, operation: "" } }],
    ["rate.scope", { scope: "" }],
  ])("refuses a wrong %s", async (path, change) => {
    const run = await claimedRun(server, `wrong ${path}`);
    await expect(beginLaunch(server, run, change)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      details: { path: `input.${path}` },
    });
  });

  it("either launches or is cancelled, never both unseen", async () => {
    const runs = await claimMany("begin or cancel", "begin or cancel", 20);
    const begun = await Promise.all(
      runs.map(async (run) => {
        const cancelled = cancel(server, run.flowRun.id);
        const outcome = await beginLaunch(server, run, { scope: "begin or cancel" }).then(
          () => "begun",
          (error) => error.code,
        );
        await cancelled;
        return { run, outcome };
      }),
    );
    const { adopted } = await claim(server, "begin or cancel", { labels: ["begin or cancel"] });
    for (const { run, outcome } of begun) {
      const seen = adopted.find((entry: Answer) => entry.attempt.id === run.attempt.id);
      expect(seen.flowRun.stateType).toBe("Cancelling");
      expect(seen.begunVariant).toBe(outcome === "begun" ? 0 : null);
    }
  });
});
