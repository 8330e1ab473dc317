import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  claim,
  claimedRun,
  endAttempt,
  flowState,
  readRun,
  record,
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

const LOST = { cause: "ImagePull", message: "The image could not be pulled", evidence: {} };
const OOM = { cause: "OutOfMemory", message: "The container was killed", evidence: {} };

const retryOf = (more: object = {}) => ({
  retry: {
    startAt: new Date().toISOString(),
    reason: "retry 1 of 3 after ImagePull",
    unlessStarted: false,
    ...more,
  },
});

const summary = (run: Answer) =>
  run.taskRuns.map((task: Answer) => `${task.taskSlug} ${task.mapIndex} ${task.stateType}`);

describe("endAttempt with another attempt to follow", () => {
  it("schedules the run again, and the next claim knows why the earlier attempts ended", async () => {
    const run = await claimedRun(server, "again");
    await endAttempt(server, run.agent, run.attempt.id, LOST, retryOf());
    const waiting = await readRun(server, run.runId);
    expect(waiting.state).toMatchObject({
      type: "Scheduled",
      message: "retry 1 of 3 after ImagePull",
    });
    expect(waiting.endTime).toBeNull();
    expect(waiting.attempts[0].diagnosis).toEqual(LOST);
    const { claimed } = await claim(server, run.agent, { labels: ["again"] });
    expect(claimed).toMatchObject([
      { attempt: { number: 2 }, earlier: ["ImagePull"], begunVariant: null },
    ]);
    expect(claimed[0].bootstrapToken).not.toBe(run.bootstrapToken);
    await endAttempt(server, run.agent, claimed[0].attempt.id, OOM, retryOf());
    const third = await claim(server, run.agent, { labels: ["again"] });
    expect(third.claimed[0].earlier).toEqual(["ImagePull", "OutOfMemory"]);
  });

  it("takes a diagnosis with every character that a platform may say", async () => {
    const run = await claimedRun(server, "characters");
    const odd = { cause: "Unknown\0", message: "\0 \ud800 🚢", evidence: { "\0": ["\0"] } };
    await endAttempt(server, run.agent, run.attempt.id, odd, retryOf({ reason: "after \0" }));
    const { claimed } = await claim(server, run.agent, { labels: ["characters"] });
    expect(claimed[0].earlier).toEqual(["Unknown\0"]);
    const seen = await readRun(server, run.runId);
    expect(seen.attempts[0].diagnosis.message).toBe(odd.message);
  });

  it("leaves the run alone until the time that was named", async () => {
    const run = await claimedRun(server, "later");
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    await endAttempt(server, run.agent, run.attempt.id, LOST, retryOf({ startAt }));
    expect((await readRun(server, run.runId)).state.startAt).toBe(startAt);
    expect((await claim(server, run.agent, { labels: ["later"] })).claimed).toEqual([]);
  });

  it("puts the tasks back, with their history, and forgets mapped children", async () => {
    const run = await startedRun(server, "anew");
    await record(server, run.token, 0, [
      flowState("Running"),
      taskState("extract", "Running"),
      taskState("extract", "Success"),
      taskState("square", "Running", 0),
      taskState("square", "Success", 0),
      taskState("square", "Running", 1),
      taskState("square", "Mapped", -1, { children: 2 }),
      taskState("load", "TriggerFailed"),
    ]);
    await endAttempt(server, run.agent, run.attempt.id, OOM, retryOf());
    const waiting = await readRun(server, run.runId);
    expect(summary(waiting)).toEqual([
      "extract -1 Pending",
      "load -1 Pending",
      "square -1 Pending",
    ]);
    const [extract] = waiting.taskRuns;
    expect(extract).toMatchObject({ stateVersion: 4, startTime: null, endTime: null });
    const types = extract.states.map((entry: Answer) => entry.state.type);
    expect(types).toEqual(["Pending", "Running", "Success", "Pending"]);
  });

  it("takes the whole report of the next attempt", async () => {
    const run = await startedRun(server, "second report");
    const events = () => [
      flowState("Running"),
      taskState("extract", "Running"),
      taskState("extract", "Success"),
      taskState("square", "Pending", 0),
      taskState("square", "Running", 0),
      taskState("square", "Success", 0),
      taskState("square", "Mapped", -1, { children: 1 }),
    ];
    await record(server, run.token, 0, events());
    await endAttempt(server, run.agent, run.attempt.id, OOM, retryOf());
    const { claimed } = await claim(server, run.agent, { labels: ["second report"] });
    const token = await startRun(server, claimed[0].bootstrapToken);
    const all = [...events(), taskState("load", "Running"), taskState("load", "Success")];
    await record(server, token, 0, [...all, flowState("Success")]);
    const ended = await readRun(server, run.runId);
    expect(ended.stateType).toBe("Success");
    expect(summary(ended)).toEqual([
      "extract -1 Success",
      "load -1 Success",
      "square -1 Mapped",
      "square 0 Success",
    ]);
    const attempts = ended.taskRuns[0].states.map((entry: Answer) => entry.attempt);
    expect(attempts).toEqual([0, 1, 1, 1, 2, 2]);
  });

  it("fences off what the lost attempt still says, before the next claim and after it", async () => {
    const run = await startedRun(server, "fence");
    const batch = [flowState("Running"), taskState("extract", "Running")];
    await record(server, run.token, 0, batch);
    const late = () => [
      report(server, run.token, { firstSequence: 2, events: [taskState("extract", "Success")] }),
      report(server, run.token, { firstSequence: 2 }),
      report(server, run.token, { firstSequence: 2, timeline: {} }),
      report(server, run.token, { firstSequence: 2, events: [flowState("Success")] }),
      endAttempt(server, "somebody", run.attempt.id),
    ];
    const refuseAll = async () => {
      for (const said of await Promise.allSettled(late()))
        expect(said).toMatchObject({ reason: { code: "ATTEMPT_SUPERSEDED" } });
    };
    await endAttempt(server, run.agent, run.attempt.id, OOM, retryOf());
    await refuseAll();
    const { claimed } = await claim(server, run.agent, { labels: ["fence"] });
    await refuseAll();
    await expect(endAttempt(server, run.agent, run.attempt.id, LOST)).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
    });
    const seen = await readRun(server, run.runId);
    expect([seen.stateType, claimed[0].attempt.number]).toEqual(["Submitted", 2]);
    expect(summary(seen)[0]).toBe("extract -1 Pending");
  });

  it("decides once, whether the process or the agent comes first", async () => {
    const runs = await Promise.all(
      Array.from({ length: 12 }, (_, index) => startedRun(server, `photo finish ${index}`)),
    );
    for (const run of runs) {
      await record(server, run.token, 0, [flowState("Running")]);
      const [process] = await Promise.allSettled([
        report(server, run.token, { firstSequence: 1, events: [flowState("Success")] }),
        endAttempt(server, run.agent, run.attempt.id, OOM, retryOf()),
      ]);
      const { stateType } = await readRun(server, run.runId);
      expect(stateType).toBe(process.status === "fulfilled" ? "Success" : "Scheduled");
    }
  });

  it("changes nothing the second time", async () => {
    const run = await claimedRun(server, "said twice");
    const both = await Promise.all([
      endAttempt(server, run.agent, run.attempt.id, LOST, retryOf()),
      endAttempt(server, run.agent, run.attempt.id, LOST, retryOf()),
    ]);
    expect(both[0]).toEqual(both[1]);
    expect((await readRun(server, run.runId)).stateVersion).toBe(3);
  });

  it("holds to `unlessStarted`: the run fails where its process had checked in, and says so", async () => {
    const retry = retryOf({ unlessStarted: true });
    const unstarted = await claimedRun(server, "unstarted");
    await endAttempt(server, unstarted.agent, unstarted.attempt.id, LOST, retry);
    expect((await readRun(server, unstarted.runId)).stateType).toBe("Scheduled");
    const started = await startedRun(server, "started");
    await endAttempt(server, started.agent, started.attempt.id, OOM, retry);
    const failed = await readRun(server, started.runId);
    expect(failed.state).toMatchObject({
      type: "Failed",
      cause: "OutOfMemory",
      message: "The container was killed (not tried again: the run's process had started)",
    });
    expect(summary(failed)).toEqual(["extract -1 Failed", "load -1 Failed", "square -1 Failed"]);
  });

  it.each(["Success", "Failed"])("leaves a run alone that its process ended %s", async (end) => {
    const run = await startedRun(server, `process said ${end}`);
    await record(server, run.token, 0, [flowState("Running"), flowState(end)]);
    await endAttempt(server, run.agent, run.attempt.id, OOM, retryOf());
    expect((await readRun(server, run.runId)).stateType).toBe(end);
  });

  it("refuses an old bootstrap token once the next attempt may come", async () => {
    const run = await claimedRun(server, "old token");
    await endAttempt(server, run.agent, run.attempt.id, LOST, retryOf());
    await expect(startRun(server, run.bootstrapToken)).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
    });
  });
});
