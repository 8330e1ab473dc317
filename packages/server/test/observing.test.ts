import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  claimedRun,
  endAttempt,
  flowState,
  mutate,
  readRun,
  record,
  report,
  startedRun,
  startRun,
  startTestServer,
  type TestServer,
} from "./harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const AT = "2026-01-31T12:00:00.000Z";
const LATER = "2026-01-31T12:00:05.000Z";

const observe = ({ agent, attempt }: Answer, seen: object) =>
  mutate(server, "recordObservation", "status timeline", {
    agent,
    attemptId: attempt.id,
    ...seen,
  });

const attemptOf = async (runId: string) => (await readRun(server, runId)).attempts[0];

describe("recordObservation", () => {
  it("keeps what is not given, adds to the timeline, and clears a status", async () => {
    const run = await claimedRun(server, "seen");
    await observe(run, { status: "waits for\n  capacity", timeline: { createdAt: AT } });
    expect(await observe(run, { timeline: { startedAt: AT } })).toEqual({
      status: "waits for capacity",
      timeline: { createdAt: AT, startedAt: AT },
    });
    expect(await observe(run, { status: "", timeline: { createdAt: LATER } })).toEqual({
      status: null,
      timeline: { createdAt: LATER, startedAt: AT },
    });
    expect(await observe(run, {})).toMatchObject({ status: null });
  });

  it("takes what is seen at the same time together", async () => {
    const run = await startedRun(server, "both see");
    const steps = Array.from({ length: 10 }, (_, index) => index);
    await Promise.all(
      steps.flatMap((index) => [
        observe(run, { timeline: { [`seen${index}`]: AT } }),
        report(server, run.token, { timeline: { [`said${index}`]: AT } }),
      ]),
    );
    const { timeline } = await attemptOf(run.runId);
    expect(Object.keys(timeline)).toHaveLength(20);
  });

  it("is for the agent of an open attempt", async () => {
    const run = await claimedRun(server, "seen by others");
    const refused = { code: "ATTEMPT_SUPERSEDED" };
    await expect(observe({ ...run, agent: "x" }, { status: "y" })).rejects.toMatchObject(refused);
    await endAttempt(server, run.agent, run.attempt.id);
    await expect(observe(run, { status: "y" })).rejects.toMatchObject(refused);
  });

  it.each([
    ["no object", [], "input.timeline"],
    ["no time", { startedAt: "soon" }, "input.timeline.startedAt"],
    [
      "a time of another zone",
      { startedAt: "2026-01-31T12:00:00+01:00" },
      "input.timeline.startedAt",
    ],
    ["no name", { "a b": AT }, "input.timeline.a b"],
    ["a dangerous name", JSON.parse(`{ "__proto__": "${AT}" }`), "input.timeline.__proto__"],
    [
      "too many steps",
      Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`step${index}`, AT])),
      "input.timeline",
    ],
  ])("refuses a timeline with %s", async (name, timeline, path) => {
    const run = await claimedRun(server, `timeline: ${name}`);
    await expect(observe(run, { timeline })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      details: { path },
    });
  });

  it("leaves the agent room for its steps, whatever the process says", async () => {
    const run = await startedRun(server, "room");
    const steps = (name: string, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, AT]));
    await report(server, run.token, { timeline: steps("said", 40) });
    await expect(report(server, run.token, { timeline: { more: AT } })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    const { timeline } = await observe(run, { timeline: steps("seen", 40) });
    expect(Object.keys(timeline)).toHaveLength(80);
    await expect(observe(run, { timeline: { more: AT } })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    // And the process goes on.
    expect(await record(server, run.token, 0, [flowState("Running")])).toBe(1);
  });
});

describe("a heartbeat", () => {
  it("needs no event, and notes the time and the use of resources", async () => {
    const run = await startedRun(server, "beating");
    const before = (await attemptOf(run.runId)).heartbeatAt;
    const usage = { cpuPeak: 0.5, memoryPeakMiB: 100, samples: 3 };
    expect(await report(server, run.token, { usage })).toEqual({
      nextSequence: 0,
      cancelRequested: false,
    });
    const attempt = await attemptOf(run.runId);
    expect(attempt.usage).toEqual(usage);
    expect(Date.parse(attempt.heartbeatAt)).toBeGreaterThan(Date.parse(before));
    await report(server, run.token, {});
    expect((await attemptOf(run.runId)).usage).toEqual(usage);
  });

  it("replaces the use of resources, with events as without, and keeps only what is known", async () => {
    const run = await startedRun(server, "measured");
    await report(server, run.token, { usage: { cpuPeak: 1, samples: 1 } });
    const usage = { memoryPeakMiB: 5, samples: 2, gpuPeak: 1 };
    await report(server, run.token, { events: [flowState("Running")], usage });
    expect((await attemptOf(run.runId)).usage).toEqual({ memoryPeakMiB: 5, samples: 2 });
  });

  it("adds the process's steps, and changes none that is known", async () => {
    const run = await startedRun(server, "steps");
    await observe(run, { timeline: { startedAt: AT } });
    await report(server, run.token, { timeline: { startedAt: LATER, bootedAt: LATER } });
    expect((await attemptOf(run.runId)).timeline).toEqual({ startedAt: AT, bootedAt: LATER });
  });

  it.each([
    ["no object", 3, "input.usage"],
    ["less than nothing", { cpuPeak: -1, samples: 1 }, "input.usage.cpuPeak"],
    ["a text", { memoryPeakMiB: "5", samples: 1 }, "input.usage.memoryPeakMiB"],
    ["too much", { cpuMean: 1e12, samples: 1 }, "input.usage.cpuMean"],
    ["no samples", { cpuMean: 1 }, "input.usage.samples"],
  ])("refuses a use of %s", async (name, usage, path) => {
    const run = await startedRun(server, `usage: ${name}`);
    const refused = { code: "INVALID_ARGUMENT", details: { path } };
    await expect(report(server, run.token, { usage })).rejects.toMatchObject(refused);
    const events = [flowState("Running")];
    await expect(report(server, run.token, { usage, events })).rejects.toMatchObject(refused);
  });

  it("refuses events that are missing before it, a token of nobody, and an attempt that has ended", async () => {
    const run = await startedRun(server, "bad beats");
    await expect(report(server, run.token, { firstSequence: 1 })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { nextSequence: 0 },
    });
    await expect(report(server, `slr_${"x".repeat(43)}`, {})).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
    await endAttempt(server, run.agent, run.attempt.id);
    await expect(report(server, run.token, {})).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
    });
  });
});

describe("what is kept of an attempt's end", () => {
  it("is its timeline, its cost and its last lines, and its status is over", async () => {
    const run = await claimedRun(server, "kept");
    await observe(run, { status: "starts", timeline: { createdAt: AT } });
    const cost = { amount: 0.0123, currency: "USD", pricesOf: "2026-01-01, us-east-1" };
    const ended = await endAttempt(server, run.agent, run.attempt.id, undefined, {
      timeline: { stoppedAt: LATER },
      cost,
      logTail: ["one", "two\0"],
    });
    expect(ended).toMatchObject({
      status: null,
      timeline: { createdAt: AT, stoppedAt: LATER },
      cost,
      logTail: ["one", "two\uFFFD"],
    });
  });

  it("is bounded: 200 lines, 4 KiB each, 256 KiB in all, the newest first to stay", async () => {
    const many = await claimedRun(server, "many lines");
    const lines = Array.from({ length: 300 }, (_, index) => `line ${index}`);
    const { logTail } = await endAttempt(server, many.agent, many.attempt.id, undefined, {
      logTail: lines,
    });
    expect(logTail).toEqual(lines.slice(100));
    const long = await claimedRun(server, "long lines");
    const kept = await endAttempt(server, long.agent, long.attempt.id, undefined, {
      logTail: [...Array.from({ length: 150 }, () => "x".repeat(6_000)), "last"],
    });
    expect(kept.logTail.at(-1)).toBe("last");
    expect(kept.logTail[0]).toMatch(/^x{4096}… \(cut: 6000 characters\)$/);
    const length = kept.logTail.join("").length;
    expect(length).toBeLessThanOrEqual(256 * 1024);
    expect(length).toBeGreaterThan(250 * 1024);
  });

  it.each([
    ["amount", { amount: -1, currency: "USD", pricesOf: "2026-01-01" }],
    ["currency", { amount: 1, currency: "dollars", pricesOf: "2026-01-01" }],
    ["pricesOf", { amount: 1, currency: "USD", pricesOf: "today" }],
  ])("refuses a cost with a wrong %s", async (field, cost) => {
    const run = await claimedRun(server, `cost ${field}`);
    await expect(
      endAttempt(server, run.agent, run.attempt.id, undefined, { cost }),
    ).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      details: { path: `input.cost.${field}` },
    });
  });
});

describe("startRun with a run token of the process's own", () => {
  const own = (letter: string) => `slr_${letter.repeat(43)}`;

  it("can be said again, at once and later, and answers the same", async () => {
    const { bootstrapToken } = await claimedRun(server, "own token");
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => startRun(server, bootstrapToken, own("a"))),
    );
    expect(new Set(answers)).toEqual(new Set([own("a")]));
    expect(await record(server, own("a"), 0, [flowState("Running")])).toBe(1);
    expect(await startRun(server, bootstrapToken, own("a"))).toBe(own("a"));
  });

  it("refuses any other token from then on", async () => {
    const { bootstrapToken } = await claimedRun(server, "two tokens");
    await startRun(server, bootstrapToken, own("b"));
    const refused = { code: "UNAUTHENTICATED" };
    await expect(startRun(server, bootstrapToken, own("c"))).rejects.toMatchObject(refused);
    await expect(startRun(server, bootstrapToken)).rejects.toMatchObject(refused);
    await expect(report(server, own("c"), {})).rejects.toMatchObject(refused);
  });

  it("refuses the run token of another attempt", async () => {
    const first = await claimedRun(server, "shared token 1");
    const second = await claimedRun(server, "shared token 2");
    await startRun(server, first.bootstrapToken, own("d"));
    await expect(startRun(server, second.bootstrapToken, own("d"))).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
  });

  it.each(["slr_short", "x".repeat(47), "", `slr_${"=".repeat(43)}`])(
    "refuses a token of another form, and does not show it: %j",
    async (token) => {
      const { bootstrapToken } = await claimedRun(server, `form ${token.length} ${token[5]}`);
      await expect(startRun(server, bootstrapToken, token)).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: "runToken has to be slr_ and 43 characters of base64url",
        details: { path: "runToken", accepted: "slr_ and 43 characters of base64url" },
      });
    },
  );

  it("is refused once the attempt has ended", async () => {
    const run = await claimedRun(server, "ended token");
    await startRun(server, run.bootstrapToken, own("e"));
    await endAttempt(server, run.agent, run.attempt.id);
    await expect(startRun(server, run.bootstrapToken, own("e"))).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
    });
  });
});
