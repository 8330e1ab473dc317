import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  cancel,
  claim,
  claimedRun,
  createRun,
  endAttempt,
  flowState,
  lapse,
  logEvent,
  readRun,
  record,
  register,
  report,
  startedRun,
  startRun,
  startTestServer,
  type TestServer,
  taskState,
} from "./harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const typesOf = (run: Answer) => run.taskRuns.map((task: Answer) => task.stateType);
const statesOf = (run: Answer) => run.states.map((entry: Answer) => entry.state.type);

const CANCELLED = { cause: "Cancelled", message: "Stopped on request", evidence: {} };

async function newRun(name: string, more: object = {}): Promise<string> {
  return createRun(server, await register(server, name, { labels: [name] }), more);
}

describe("cancelFlowRun", () => {
  it("ends a run that nobody has claimed at once, with its tasks", async () => {
    const id = await newRun("unclaimed");
    const answer = await cancel(server, id);
    expect(answer).toMatchObject({ stateType: "Cancelled", stateVersion: 2 });
    expect(answer.endTime).not.toBeNull();
    const run = await readRun(server, id);
    expect(statesOf(run)).toEqual(["Scheduled", "Cancelled"]);
    expect(typesOf(run)).toEqual(["Cancelled", "Cancelled", "Cancelled"]);
    expect(run.taskRuns[0].states).toHaveLength(2);
    expect((await claim(server, "late", { labels: ["unclaimed"] })).claimed).toEqual([]);
  });

  it("ends a run that is due later at once", async () => {
    const scheduledStartTime = new Date(Date.now() + 3_600_000).toISOString();
    const id = await newRun("due later", { scheduledStartTime });
    expect(await cancel(server, id)).toMatchObject({ stateType: "Cancelled" });
  });

  it("asks for the end of a run that was claimed, until its agent has seen it stopped", async () => {
    const run = await claimedRun(server, "claimed");
    expect(await cancel(server, run.runId)).toMatchObject({
      stateType: "Cancelling",
      endTime: null,
    });
    const { adopted } = await claim(server, run.agent, { labels: ["claimed"] });
    expect(adopted).toMatchObject([
      { attempt: { id: run.attempt.id }, flowRun: { stateType: "Cancelling" } },
    ]);
    await endAttempt(server, run.agent, run.attempt.id, CANCELLED);
    const ended = await readRun(server, run.runId);
    expect(ended.state).toMatchObject({ type: "Cancelled", message: "Stopped on request" });
    expect(ended.endTime).not.toBeNull();
    expect(typesOf(ended)).toEqual(["Cancelled", "Cancelled", "Cancelled"]);
  });

  it("changes nothing when it is said again, then and afterwards", async () => {
    const run = await claimedRun(server, "asked twice");
    const first = await cancel(server, run.runId);
    const both = await Promise.all([cancel(server, run.runId), cancel(server, run.runId)]);
    expect(both).toEqual([first, first]);
    await endAttempt(server, run.agent, run.attempt.id, CANCELLED);
    const after = await cancel(server, run.runId);
    expect(after).toMatchObject({ stateType: "Cancelled", stateVersion: 4 });
    expect(await cancel(server, run.runId)).toEqual(after);
  });

  it.each(["Success", "Failed"])("refuses a run that has ended %s", async (end) => {
    const run = await startedRun(server, `ended ${end}`);
    await record(server, run.token, 0, [flowState("Running"), flowState(end)]);
    await expect(cancel(server, run.runId)).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      message: expect.stringContaining(`cannot be cancelled: it has ended ${end}`),
      details: { stateType: end },
    });
  });

  it("refuses a run that is not there", async () => {
    for (const id of ["01900000-0000-7000-8000-000000000000", "x"])
      await expect(cancel(server, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("waits for a claim that is under way, and then asks for the end of what it claimed", async () => {
    const id = await newRun("under way");
    const claiming = new pg.Client({ ...server.address, options: "-c search_path=slipway" });
    await claiming.connect();
    await claiming.query("begin");
    await claiming.query(
      `update flow_run set state_type = 'Submitted', state_version = 2, attempt = 1,
         state = '{"type":"Submitted","timestamp":"2026-01-01T00:00:00Z"}' where id = $1`,
      [id],
    );
    const cancelled = cancel(server, id);
    const waiting = () =>
      server.sql("select 1 from pg_locks join pg_stat_activity using (pid) where not granted");
    await expect.poll(async () => (await waiting()).length).toBe(1);
    await claiming.query("commit");
    await claiming.end();
    expect(await cancelled).toMatchObject({ stateType: "Cancelling", stateVersion: 3 });
  });

  it("never lets a run be both cancelled at once and launched, however claims race it", async () => {
    const version = await register(server, "race", { labels: ["race"] });
    const ids = await Promise.all(Array.from({ length: 40 }, () => createRun(server, version)));
    const agents = ["race 1", "race 2"];
    const [answers] = await Promise.all([
      Promise.all(ids.map((id) => cancel(server, id))),
      ...agents.flatMap((agent) =>
        Array.from({ length: 5 }, () => claim(server, agent, { labels: ["race"], limit: 10 })),
      ),
    ]);
    const attempts = await server.sql(
      "select flow_run_id from attempt where flow_run_id = any($1)",
      [ids],
    );
    const claimed = new Set(attempts.map((row) => row["flow_run_id"]));
    const rows = await server.sql("select id, state_type from flow_run where id = any($1)", [ids]);
    for (const row of rows)
      expect(row["state_type"]).toBe(claimed.has(row["id"]) ? "Cancelling" : "Cancelled");
    expect(answers).toHaveLength(40);
  });

  it("never waits in a circle with what agents and processes say", async () => {
    const version = await register(server, "crossing", { labels: ["crossing"] });
    await Promise.all(Array.from({ length: 20 }, () => createRun(server, version)));
    const options = { labels: ["crossing"], limit: 20 };
    const { claimed } = await claim(server, "crossing", options);
    const tokens = await Promise.all(
      claimed.map((entry: Answer) => startRun(server, entry.bootstrapToken)),
    );
    await Promise.all(
      claimed
        .flatMap(({ attempt, flowRun }: Answer, index: number) => [
          report(server, tokens[index], { events: [flowState("Running")] }),
          report(server, tokens[index], { usage: { samples: 1 } }).catch(() => undefined),
          cancel(server, flowRun.id),
          claim(server, "crossing", options),
          claim(server, "crossing", { flowRunId: flowRun.id, limit: 1 }).catch(() => undefined),
          endAttempt(server, "crossing", attempt.id, CANCELLED, { logTail: ["bye"] }),
        ])
        .map((said: Promise<unknown>) => said.catch(() => undefined)),
    );
    // A session tells what it has counted only after a second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const counted = await server.sql(
      "select deadlocks::int from pg_stat_database where datname = current_database()",
    );
    expect(counted).toEqual([{ deadlocks: 0 }]);
    const states = await server.sql(
      "select distinct state_type from flow_run where flow_version_id = $1 order by 1",
      [version],
    );
    expect(states.map((row) => row["state_type"])).not.toContain("Cancelling");
  });
});

describe("a run that is to end", () => {
  it("is told to its process with each answer", async () => {
    const run = await startedRun(server, "told");
    const before = await report(server, run.token, { events: [flowState("Running")] });
    expect(before.cancelRequested).toBe(false);
    await cancel(server, run.runId);
    expect(await report(server, run.token, { firstSequence: 1 })).toEqual({
      nextSequence: 1,
      cancelRequested: true,
    });
    const answer = await report(server, run.token, { firstSequence: 1, events: [logEvent("x")] });
    expect(answer).toEqual({ nextSequence: 2, cancelRequested: true });
  });

  it("takes what its process says before it has heard: tasks go on, and Running is no news", async () => {
    const run = await startedRun(server, "not heard yet");
    await cancel(server, run.runId);
    await record(server, run.token, 0, [flowState("Running"), taskState("extract", "Running")]);
    const seen = await readRun(server, run.runId);
    expect(seen.stateType).toBe("Cancelling");
    expect(typesOf(seen)).toEqual(["Running", "Pending", "Pending"]);
  });

  it("is Cancelled when its agent has seen its end, not when its process says so", async () => {
    const run = await startedRun(server, "by itself");
    await record(server, run.token, 0, [flowState("Running"), taskState("extract", "Running")]);
    await cancel(server, run.runId);
    await record(server, run.token, 2, [
      taskState("extract", "Cancelled"),
      taskState("load", "Cancelled"),
      flowState("Cancelled", { message: "Stopped within a second" }),
    ]);
    expect((await readRun(server, run.runId)).stateType).toBe("Cancelling");
    await endAttempt(server, run.agent, run.attempt.id, CANCELLED);
    const ended = await readRun(server, run.runId);
    expect(ended.stateType).toBe("Cancelled");
    expect(typesOf(ended)).toEqual(["Cancelled", "Cancelled", "Cancelled"]);
    expect(ended.attempts[0].diagnosis.cause).toBe("Cancelled");
  });

  it.each(["Success", "Failed"])(
    "stays %s where its process came to that end first",
    async (end) => {
      const run = await startedRun(server, `too late for ${end}`);
      await record(server, run.token, 0, [flowState("Running")]);
      await cancel(server, run.runId);
      await record(server, run.token, 1, [flowState(end)]);
      await endAttempt(server, run.agent, run.attempt.id, CANCELLED);
      expect((await readRun(server, run.runId)).stateType).toBe(end);
    },
  );

  it("is not tried again", async () => {
    const run = await claimedRun(server, "no retry");
    await cancel(server, run.runId);
    const retry = { startAt: new Date().toISOString(), reason: "again", unlessStarted: false };
    await endAttempt(server, run.agent, run.attempt.id, CANCELLED, { retry });
    expect((await readRun(server, run.runId)).stateType).toBe("Cancelled");
  });

  it("is looked after by another agent where its own fell silent", async () => {
    const run = await claimedRun(server, "orphan");
    await cancel(server, run.runId);
    await lapse(server, run.attempt.id);
    const { adopted } = await claim(server, "foster", { labels: ["orphan"] });
    expect(adopted).toMatchObject([{ flowRun: { stateType: "Cancelling" } }]);
    await endAttempt(server, "foster", run.attempt.id, CANCELLED);
    expect((await readRun(server, run.runId)).stateType).toBe("Cancelled");
  });

  it("lets its process check in, which hears of it at once", async () => {
    const run = await claimedRun(server, "late start");
    await cancel(server, run.runId);
    const token = await startRun(server, run.bootstrapToken);
    expect(await report(server, token, {})).toMatchObject({ cancelRequested: true });
  });
});
