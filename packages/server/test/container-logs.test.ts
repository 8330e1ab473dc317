import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  claim,
  claimedRun,
  endAttempt,
  lapse,
  logEvent,
  mutate,
  readRun,
  record,
  startedRun,
  startTestServer,
  type TestServer,
} from "./harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const SIDECAR = "containers[1]";

/** The nth nanosecond after a moment. */
const at = (nanosecond: number) => `2026-01-01T00:00:00.${String(nanosecond).padStart(9, "0")}Z`;
const line = (nanosecond: number, message = `line ${nanosecond}`) => ({
  timestamp: at(nanosecond),
  message,
});

const take = (run: Answer, lines: readonly object[], container = SIDECAR): Promise<Answer> =>
  mutate(server, "recordContainerLogs", "cursor startedAt", {
    agent: run.agent,
    attemptId: run.attempt.id,
    container,
    lines,
  });

const messagesOf = async ({ runId }: Answer) =>
  (await readRun(server, runId)).logs.map(({ message }: Answer) => message);

describe("recordContainerLogs", () => {
  it("keeps a container's lines in order with the process's own, and says whose they are", async () => {
    const run = await startedRun(server, "mixed");
    expect(await take(run, [line(1, "listening"), line(2, "warm")])).toEqual({
      cursor: at(2),
      startedAt: expect.any(String),
    });
    await record(server, run.token, 0, [logEvent("from the flow")]);
    await take(run, [line(3, "bye \0")], "initContainers[0]");
    const { logs } = await readRun(server, run.runId);
    expect(logs).toMatchObject([
      { message: "listening", container: SIDECAR, level: "info", attempt: 1, taskSlug: null },
      { message: "warm", container: SIDECAR },
      { message: "from the flow", container: null },
      { message: "bye \uFFFD", container: "initContainers[0]" },
    ]);
    expect(logs[0].timestamp).toBe("2026-01-01T00:00:00.000Z");
  });

  it("keeps each line once, however it is sent again, and tells the next agent how far it is", async () => {
    const run = await claimedRun(server, "again");
    await take(run, [line(1), line(2)]);
    await Promise.all([take(run, [line(1), line(2), line(3)]), take(run, [line(2), line(3)])]);
    expect(await take(run, [line(2)])).toEqual({ cursor: at(3), startedAt: null });
    expect(await messagesOf(run)).toEqual(["line 1", "line 2", "line 3"]);
    await lapse(server, run.attempt.id);
    const { adopted } = await claim(server, "another", { labels: ["again"] });
    expect(adopted[0].logCursors).toEqual({ [SIDECAR]: at(3) });
  });

  it("tells times apart to the nanosecond, in whatever zone and with whatever digits they are written", async () => {
    const run = await claimedRun(server, "times");
    await take(run, [{ timestamp: "2026-01-01T02:00:00.5+02:00", message: "one" }]);
    await take(run, [{ timestamp: "2026-01-01T00:00:00.500000000Z", message: "the same" }]);
    await take(run, [{ timestamp: "2025-12-31T19:30:00.500000001-04:30", message: "two" }]);
    expect(await messagesOf(run)).toEqual(["one", "two"]);
  });

  it("keeps of the flow's own container what it wrote before its process checked in", async () => {
    const run = await claimedRun(server, "own");
    await take(run, [line(1, "npm warn")], "containers[0]");
    const started = await startedRun(server, "own, started");
    const soon = new Date(Date.now() + 60_000).toISOString();
    const { cursor } = await take(
      started,
      [line(1, "before"), { timestamp: soon, message: "after" }],
      "containers[0]",
    );
    expect([await messagesOf(run), await messagesOf(started)]).toEqual([["npm warn"], ["before"]]);
    expect(cursor.slice(0, 23)).toBe(soon.slice(0, 23));
    await take(started, [{ timestamp: soon, message: "a sidecar" }]);
    expect(await messagesOf(started)).toEqual(["before", "a sidecar"]);
  });

  it("keeps ten thousand lines of an attempt, says once that the rest is left out, and goes on", async () => {
    const run = await claimedRun(server, "chatty");
    for (let batch = 0; batch < 11; batch++) {
      const lines = Array.from({ length: 1_000 }, (_, index) => line(1_000 * batch + index + 1));
      await take(run, lines, `containers[${1 + (batch % 2)}]`);
    }
    expect((await take(run, [line(20_000)])).cursor).toBe(at(20_000));
    const kept = await server.sql(
      "select level, message from log where flow_run_id = $1 order by id",
      [run.runId],
    );
    expect(kept).toHaveLength(10_001);
    expect(kept.at(-2)?.["message"]).toBe("line 10000");
    expect(kept.at(-1)).toMatchObject({
      level: "warning",
      message: expect.stringContaining("left out"),
    });
  });

  it("cuts a line that is too long", async () => {
    const run = await claimedRun(server, "long");
    await take(run, [line(1, "x".repeat(50_000))]);
    const [message] = await messagesOf(run);
    expect(message).toMatch(/^x+… \(cut: 50000 characters\)$/);
    expect(message.length).toBeLessThan(17_000);
  });

  it.each([
    ["a container's name", { container: "billing-proxy" }, "input.container"],
    ["no lines", { lines: [] }, "input.lines"],
    ["too many lines", { lines: Array.from({ length: 1_001 }, (_, i) => line(i)) }, "input.lines"],
    ["no time", { lines: [{ timestamp: "now", message: "" }] }, "input.lines[0].timestamp"],
    [
      "ten digits",
      { lines: [{ timestamp: at(1).replace("Z", "0Z"), message: "" }] },
      "input.lines[0].timestamp",
    ],
  ])("refuses %s", async (what, change, path) => {
    const run = await claimedRun(server, `refused: ${what}`);
    const input = { container: SIDECAR, lines: [line(1)], ...change };
    await expect(take(run, input.lines, input.container)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      details: { path },
    });
  });

  it("takes no lines of who does not look after the attempt, nor of one that has ended", async () => {
    const run = await claimedRun(server, "fence");
    const refused = { code: "ATTEMPT_SUPERSEDED" };
    await expect(take({ ...run, agent: "another" }, [line(1)])).rejects.toMatchObject(refused);
    await endAttempt(server, run.agent, run.attempt.id);
    await expect(take(run, [line(1)])).rejects.toMatchObject(refused);
    expect(await messagesOf(run)).toEqual([]);
  });

  it("goes on behind what is kept where the platform has started the process once more", async () => {
    const run = await startedRun(server, "next");
    await take(run, [line(1), line(2)]);
    const successor = { kind: "KubernetesJob", id: "uid", details: {} };
    const ended = await endAttempt(server, run.agent, run.attempt.id, undefined, { successor });
    const next = { ...run, attempt: ended.successor };
    await take(next, [line(2), line(3)]);
    const { logs } = await readRun(server, run.runId);
    expect(logs.map(({ attempt, message }: Answer) => `${attempt} ${message}`)).toEqual([
      "1 line 1",
      "1 line 2",
      "2 line 3",
    ]);
  });
});
