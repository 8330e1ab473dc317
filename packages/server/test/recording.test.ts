import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  claimedRun,
  endAttempt,
  flowState,
  logEvent,
  readRun,
  record,
  startedRun as started,
  startTestServer,
  type TestServer,
  taskState,
} from "./harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const startedRun = (name: string) => started(server, name);

describe("recordRun", () => {
  it("records a whole run: states with versions, times, mapped children and logs", async () => {
    const { runId, token } = await startedRun("whole");
    const running = flowState("Running");
    const success = flowState("Success");
    const events = [
      running,
      taskState("extract", "Running"),
      logEvent("reading", { taskSlug: "extract", mapIndex: -1 }),
      taskState("extract", "Success", -1, { result: { location: "/results/extract.json" } }),
      taskState("square", "Running", 0),
      taskState("square", "Success", 0),
      taskState("square", "Pending", 1),
      taskState("square", "Running", 1),
      taskState("square", "Success", 1),
      taskState("square", "Mapped", -1, { children: 2 }),
      taskState("load", "Running"),
      taskState("load", "Success"),
      success,
      logEvent("done"),
    ];

    expect(await record(server, token, 0, events)).toBe(events.length);

    const run = await readRun(server, runId);
    expect(run).toMatchObject({
      stateType: "Success",
      stateVersion: 4,
      startTime: running.flowRunState.timestamp,
      endTime: success.flowRunState.timestamp,
    });
    expect(run.states.map((entry: { state: { type: string } }) => entry.state.type)).toEqual([
      "Scheduled",
      "Submitted",
      "Running",
      "Success",
    ]);
    expect(run.states.map((entry: { attempt: number }) => entry.attempt)).toEqual([0, 1, 1, 1]);
    const summary = run.taskRuns.map(
      (task: { taskSlug: string; mapIndex: number; stateType: string; stateVersion: number }) =>
        `${task.taskSlug} ${task.mapIndex} ${task.stateType} ${task.stateVersion}`,
    );
    expect(summary).toEqual([
      "extract -1 Success 3",
      "load -1 Success 3",
      "square -1 Mapped 2",
      "square 0 Success 2",
      "square 1 Success 3",
    ]);
    expect(run.logs.map((log: { message: string }) => log.message)).toEqual(["reading", "done"]);
    expect(run.taskRuns[0].state.result).toEqual({ location: "/results/extract.json" });
    expect(run.taskRuns[0].states).toHaveLength(3);
  });

  it("records a batch once, however often it is sent", async () => {
    const { runId, token } = await startedRun("twice");
    const batch = [flowState("Running"), logEvent("one")];
    expect(await record(server, token, 0, batch)).toBe(2);
    expect(await record(server, token, 0, batch)).toBe(2);
    expect(await record(server, token, 0, [...batch, logEvent("two")])).toBe(3);
    const run = await readRun(server, runId);
    expect(run.logs.map((log: { message: string }) => log.message)).toEqual(["one", "two"]);
    expect(run.stateVersion).toBe(3);
  });

  it("takes the last batch again after the run has finished", async () => {
    const { token } = await startedRun("last batch");
    const batch = [flowState("Running"), flowState("Success")];
    await record(server, token, 0, batch);
    expect(await record(server, token, 0, batch)).toBe(2);
  });

  it("refuses a gap and says which event is next", async () => {
    const { token } = await startedRun("gap");
    await expect(record(server, token, 3, [logEvent("late")])).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { nextSequence: 0 },
    });
  });

  it("refuses an illegal transition and records nothing of the batch", async () => {
    const { runId, token } = await startedRun("illegal");
    await expect(
      record(server, token, 0, [logEvent("before"), flowState("Success")]),
    ).rejects.toMatchObject({
      code: "ILLEGAL_TRANSITION",
      details: { from: "Submitted", to: "Success" },
    });
    expect((await readRun(server, runId)).logs).toEqual([]);
  });

  it("takes logs after the end of the run, but no state", async () => {
    const { runId, token } = await startedRun("afterwards");
    await record(server, token, 0, [flowState("Running"), flowState("Success")]);
    await record(server, token, 2, [logEvent("bye")]);
    await expect(record(server, token, 3, [taskState("load", "Running")])).rejects.toMatchObject({
      code: "STATE_CONFLICT",
    });
    expect((await readRun(server, runId)).logs).toHaveLength(1);
  });

  it.each([
    ["an unknown state", flowState("Runing"), "input.events[0].flowRunState.type"],
    [
      "a state without a time",
      { flowRunState: { type: "Running" } },
      "input.events[0].flowRunState.timestamp",
    ],
    ["an unknown task", taskState("lod", "Running"), "input.events[0].taskRunState.taskSlug"],
    ["an unknown level", logEvent("x", { level: "loud" }), "input.events[0].log.level"],
    ["nothing", {}, "input.events[0]"],
    ["two at once", { ...logEvent("x"), ...flowState("Running") }, "input.events[0]"],
  ])("refuses %s, naming the place", async (name, event, path) => {
    const { token } = await startedRun(`bad ${name}`);
    await expect(record(server, token, 0, [event])).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      details: { path },
    });
  });

  it("refuses more than 1,000 events and more than a mebibyte", async () => {
    const { token } = await startedRun("too many");
    const many = Array.from({ length: 1001 }, () => logEvent("x"));
    await expect(record(server, token, 0, many)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    const response = await fetch(server.graphqlUrl, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: "{ __typename }", variables: { x: "x".repeat(1_200_000) } }),
    });
    expect(response.status).toBe(413);
  });

  it("cuts a log message of more than 64 KiB, marks the cut, and takes NUL characters", async () => {
    const { runId, token } = await startedRun("long");
    await record(server, token, 0, [logEvent("y".repeat(100_000)), logEvent("a\0b")]);
    const [long, nul] = (await readRun(server, runId)).logs;
    expect(long.message.length).toBeLessThan(66_000);
    expect(long.message).toMatch(/y… \(cut: 100000 characters\)$/);
    expect(nul.message).toBe("a\uFFFDb");
  });

  it("refuses JSON that is nested too deeply", async () => {
    const { token } = await startedRun("deep");
    const deep = JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`);
    await expect(record(server, token, 0, [flowState("Running", { deep })])).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });
});

describe("endAttempt", () => {
  it("fails an unfinished run with the cause, and its unfinished tasks", async () => {
    const { runId, token, attempt, agent } = await startedRun("killed");
    await record(server, token, 0, [
      flowState("Running"),
      taskState("extract", "Running"),
      taskState("extract", "Success"),
      taskState("square", "Running", 0),
    ]);
    const ended = await endAttempt(server, agent, attempt.id);
    expect(ended.diagnosis.evidence).toEqual({ exitCode: 137 });
    const run = await readRun(server, runId);
    expect(run.state).toMatchObject({
      type: "Failed",
      cause: "OutOfMemory",
      message: "The container was killed",
    });
    expect(run.endTime).not.toBeNull();
    const types = run.taskRuns.map(
      (task: { taskSlug: string; mapIndex: number; stateType: string }) =>
        `${task.taskSlug} ${task.mapIndex} ${task.stateType}`,
    );
    expect(types).toEqual([
      "extract -1 Success",
      "load -1 Failed",
      "square -1 Failed",
      "square 0 Failed",
    ]);
    expect(run.taskRuns[3].state.message).toContain("The run's process ended");
    expect(run.taskRuns[3].states).toHaveLength(2);
  });

  it("ends the tasks that a run left behind which its own process had failed", async () => {
    const { runId, token, attempt, agent } = await startedRun("stopped");
    await record(server, token, 0, [
      flowState("Running"),
      taskState("extract", "Running"),
      taskState("extract", "Success"),
      flowState("Failed"),
    ]);
    const before = await readRun(server, runId);
    await endAttempt(server, agent, attempt.id);
    const run = await readRun(server, runId);
    expect(run.state).toEqual(before.state);
    const types = run.taskRuns.map((task: { stateType: string }) => task.stateType);
    expect(types).toEqual(["Success", "Failed", "Failed"]);
    expect(run.taskRuns[1].state.message).toBe("The run ended before this task had run");
  });

  it("leaves a finished run as it is", async () => {
    const { runId, token, attempt, agent } = await startedRun("finished");
    await record(server, token, 0, [flowState("Running"), flowState("Success")]);
    await endAttempt(server, agent, attempt.id);
    const run = await readRun(server, runId);
    expect(run.stateType).toBe("Success");
    expect(run.attempts[0].diagnosis.cause).toBe("OutOfMemory");
  });

  it("fails a run that could not be launched", async () => {
    const { runId, attempt, agent } = await claimedRun(server, "not launched");
    await endAttempt(server, agent, attempt.id, {
      cause: "RunTaskFailures",
      message: "Capacity is unavailable at this time",
      evidence: {},
    });
    expect((await readRun(server, runId)).state.message).toBe(
      "Capacity is unavailable at this time",
    );
  });

  it("changes nothing the second time", async () => {
    const { runId, attempt, agent } = await claimedRun(server, "ended twice");
    const first = await endAttempt(server, agent, attempt.id);
    const second = await endAttempt(server, agent, attempt.id, {
      cause: "Other",
      message: "",
      evidence: {},
    });
    expect(second).toEqual(first);
    expect((await readRun(server, runId)).stateVersion).toBe(3);
  });

  it("makes the run's process stop", async () => {
    const { token, attempt, agent } = await startedRun("stop");
    await endAttempt(server, agent, attempt.id);
    await expect(record(server, token, 0, [logEvent("late")])).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
    });
  });
});
