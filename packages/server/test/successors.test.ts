import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  cancel,
  claim,
  claimedRun,
  endAttempt,
  flowState,
  lapse,
  mutate,
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

const OOM = { cause: "OutOfMemory", message: "The container was killed", evidence: {} };
const JOB = { kind: "KubernetesJob", id: "uid", details: { startsBefore: ["pod/0"] } };

/** Says that the attempt has ended and that the platform goes on. */
const goOn = (run: Answer, more: object = {}): Promise<Answer> =>
  endAttempt(server, run.agent, run.attempt.id, OOM, { successor: JOB, ...more });

/** A run that is in its second attempt by the platform's doing. */
async function goneOn(name: string): Promise<Answer> {
  const run = await startedRun(server, name);
  const { successor } = await goOn(run);
  return { ...run, successor };
}

const statesOf = ({ states }: Answer) =>
  states.map(({ attempt, state }: Answer) => `${attempt} ${state.type}`);

describe("an attempt with which the platform goes on by itself", () => {
  it("ends with its diagnosis, and the next one is open with what goes on", async () => {
    const run = await startedRun(server, "goes on");
    await record(server, run.token, 0, [flowState("Running"), taskState("extract", "Running")]);
    const ended = await goOn(run);
    expect(ended).toMatchObject({
      diagnosis: OOM,
      endedAt: expect.any(String),
      successor: { number: 2, endedAt: null, infrastructure: JOB },
    });
    const seen = await readRun(server, run.runId);
    expect(statesOf(seen)).toEqual([
      "0 Scheduled",
      "1 Submitted",
      "1 Running",
      "1 Scheduled",
      "2 Submitted",
    ]);
    expect(seen.states[3].state.message).toBe(
      "Kubernetes starts the run once more after OutOfMemory",
    );
    expect(seen.attempts).toMatchObject([
      { number: 1, successor: { number: 2 } },
      { number: 2, agentName: run.agent, startedAt: null, endedAt: null, successor: null },
    ]);
    expect(seen.taskRuns.map(({ stateType }: Answer) => stateType)).toEqual([
      "Pending",
      "Pending",
      "Pending",
    ]);
  });

  it("is followed by no other retry, whatever else was asked for", async () => {
    const run = await startedRun(server, "one of two");
    const retry = { startAt: new Date().toISOString(), reason: "again", unlessStarted: false };
    await goOn(run, { retry });
    expect((await readRun(server, run.runId)).stateType).toBe("Submitted");
    expect((await claim(server, "another", { labels: ["one of two"] })).claimed).toEqual([]);
  });

  it("changes nothing when it is said again, at once and later", async () => {
    const run = await startedRun(server, "twice");
    const both = await Promise.all([goOn(run), goOn(run)]);
    expect(both[0]).toEqual(both[1]);
    expect(await goOn(run)).toEqual(both[0]);
    const seen = await readRun(server, run.runId);
    expect([seen.attempts.length, seen.stateVersion]).toEqual([2, 4]);
    await endAttempt(server, run.agent, both[0].successor.id);
    expect((await goOn(run)).successor).toMatchObject({ number: 2, endedAt: expect.any(String) });
  });

  it("takes no word any more of the process of before, nor of its agent", async () => {
    const run = await goneOn("fenced");
    for (const say of [
      () => report(server, run.token, { events: [flowState("Running")] }),
      () => report(server, run.token, {}),
      () => endAttempt(server, run.agent, run.attempt.id, OOM),
      () => endAttempt(server, "another", run.attempt.id, OOM, { successor: JOB }),
    ])
      await expect(say()).rejects.toMatchObject({ code: "ATTEMPT_SUPERSEDED" });
    expect((await readRun(server, run.runId)).stateType).toBe("Submitted");
  });

  it("goes on again and again", async () => {
    const run = await goneOn("many");
    for (const number of [3, 4]) {
      const { id } = run.successor;
      const { successor } = await endAttempt(server, run.agent, id, OOM, { successor: JOB });
      expect(successor.number).toBe(number);
      run.successor = successor;
    }
    const token = await startRun(server, run.bootstrapToken);
    await record(server, token, 0, [flowState("Running"), flowState("Success")]);
    const seen = await readRun(server, run.runId);
    expect([seen.stateType, seen.attempts[3].startedAt]).toEqual(["Success", expect.any(String)]);
  });
});

describe("the bootstrap token of a launch", () => {
  it("is good once for each attempt that goes on with it", async () => {
    const run = await goneOn("token");
    const token = await startRun(server, run.bootstrapToken);
    expect(token).not.toBe(run.token);
    await record(server, token, 0, [flowState("Running")]);
    await expect(startRun(server, run.bootstrapToken)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
      details: { attemptId: expect.any(String) },
    });
    expect((await readRun(server, run.runId)).attempts[1].startedAt).not.toBeNull();
  });

  it("is refused to who comes before the agent has said that the platform goes on", async () => {
    const run = await startedRun(server, "early");
    await expect(startRun(server, run.bootstrapToken)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
    await goOn(run);
    expect(await startRun(server, run.bootstrapToken)).toMatch(/^slr_/);
  });

  it("gives the process of before nothing when it says its swap again", async () => {
    const own = `slr_${"a".repeat(43)}`;
    const run = await claimedRun(server, "said again");
    await startRun(server, run.bootstrapToken, own);
    await goOn(run);
    await expect(startRun(server, run.bootstrapToken, own)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
    expect((await readRun(server, run.runId)).attempts[1].startedAt).toBeNull();
  });

  it("is what who takes the attempt over is told, until it was used", async () => {
    const run = await goneOn("taken over");
    await lapse(server, run.successor.id);
    const { adopted } = await claim(server, "another", { labels: ["taken over"] });
    expect(adopted).toMatchObject([
      {
        attempt: { id: run.successor.id, infrastructure: JOB },
        bootstrapToken: run.bootstrapToken,
        earlier: ["OutOfMemory"],
      },
    ]);
    await startRun(server, run.bootstrapToken);
    await lapse(server, run.successor.id);
    const again = await claim(server, "third", { labels: ["taken over"] });
    expect(again.adopted[0].bootstrapToken).toBeNull();
  });

  it("is good for nothing once the run is tried again with another launch", async () => {
    const run = await goneOn("another launch");
    const retry = { startAt: new Date().toISOString(), reason: "again", unlessStarted: false };
    await endAttempt(server, run.agent, run.successor.id, OOM, { retry });
    const { claimed } = await claim(server, run.agent, { labels: ["another launch"] });
    await expect(startRun(server, run.bootstrapToken)).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
    });
    expect(await startRun(server, claimed[0].bootstrapToken)).toMatch(/^slr_/);
  });
});

describe("a run with which nobody wants the platform to go on", () => {
  /** The attempt is open until what goes on was stopped and its end is said without a successor. */
  async function staysOpen(run: Answer, during: string, after: string) {
    expect(await goOn(run)).toMatchObject({ endedAt: null, diagnosis: null, successor: null });
    const open = await readRun(server, run.runId);
    expect([open.stateType, open.attempts.length]).toEqual([during, 1]);
    await endAttempt(server, run.agent, run.attempt.id, OOM);
    const ended = await readRun(server, run.runId);
    expect([ended.stateType, ended.attempts.length]).toEqual([after, 1]);
    expect(ended.attempts[0].endedAt).not.toBeNull();
  }

  it.each(["Success", "Failed"])(
    "keeps its %s, and its attempt is open until it was stopped",
    async (end) => {
      const run = await startedRun(server, `over ${end}`);
      await record(server, run.token, 0, [flowState("Running"), flowState(end)]);
      await staysOpen(run, end, end);
    },
  );

  it("is Cancelled only when what goes on was stopped", async () => {
    const run = await startedRun(server, "cancelled");
    await cancel(server, run.runId);
    await staysOpen(run, "Cancelling", "Cancelled");
  });

  it("decides once, whether the cancel or the platform comes first", async () => {
    const runs = await Promise.all(
      Array.from({ length: 12 }, (_, index) => startedRun(server, `photo ${index}`)),
    );
    for (const run of runs) {
      const [ended] = await Promise.all([goOn(run), cancel(server, run.runId)]);
      const seen = await readRun(server, run.runId);
      expect(seen.stateType).toBe("Cancelling");
      expect(seen.attempts).toHaveLength(ended.successor ? 2 : 1);
      expect(seen.attempts.at(-1).endedAt).toBeNull();
    }
  });
});

it("refuses a successor that is no infrastructure", async () => {
  const run = await startedRun(server, "odd");
  await expect(goOn(run, { successor: { kind: "KubernetesJob" } })).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    details: { path: "input.successor.id" },
  });
  expect(
    await mutate(server, "recordObservation", "status", {
      agent: run.agent,
      attemptId: run.attempt.id,
      status: "open",
    }),
  ).toEqual({ status: "open" });
});
