import { type EnvironmentLauncher, type LaunchRequest, SlipwayError } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { takeUp } from "../src/adopting.ts";
import { claimOf, fakeAttempt, fakeLauncher, fakeServer, INFRASTRUCTURE } from "./fakes.ts";

const RATE = { operation: "RunTask", burst: 100, perSecond: 20 };
const CAPACITY = new SlipwayError("LAUNCH_FAILED", "no room", {
  cause: "Capacity",
  reasons: ["RESOURCE:MEMORY"],
});
const THROTTLED = new SlipwayError("CLOUD_REFUSED", "too often", { cause: "Throttled" });
const DENIED = new SlipwayError("CLOUD_REFUSED", "denied", { cause: "AccessDenied" });
const SILENT = new SlipwayError("CLOUD_UNREACHABLE", "silent", { cause: "Unreachable" });

/** A platform that answers each RunTask by this list, and then launches; it keeps what it was asked. */
function platform(answers: readonly Error[], more: Partial<EnvironmentLauncher> = {}) {
  const left = [...answers];
  const asked: LaunchRequest[] = [];
  const launcher = fakeLauncher({
    async execute(request, ledger) {
      await ledger.beginLaunch({ variant: request.variant, scope: "s", rate: RATE });
      asked.push(request);
      const answer = left.shift();
      if (answer !== undefined) throw answer;
      return INFRASTRUCTURE;
    },
    ...more,
  });
  return { launcher, asked, variants: () => asked.map(({ variant }) => variant) };
}

describe("launching", () => {
  it("waits for capacity, says so, and launches when there is some", async () => {
    const { server, toldOf } = fakeServer();
    const { attempt } = fakeAttempt(server);
    const { launcher, variants } = platform([CAPACITY]);
    expect(await takeUp(attempt, launcher)).toEqual({ infrastructure: INFRASTRUCTURE });
    expect(variants()).toEqual([0, 0]);
    expect(toldOf("recordObservation")[0].status).toMatch(
      /^waits for capacity \(RESOURCE:MEMORY\), next try at \d\d:\d\d:\d\dZ$/,
    );
  });

  it("goes on to the author's next way to launch at each lack of capacity, and not when throttled", async () => {
    const { server, toldOf } = fakeServer();
    const { attempt } = fakeAttempt(server);
    const { launcher, variants } = platform([THROTTLED, CAPACITY], { variants: 2 });
    await takeUp(attempt, launcher);
    expect(variants()).toEqual([0, 0, 1]);
    expect(toldOf("beginLaunch").map(({ variant }) => variant)).toEqual([0, 0, 1]);
  });

  it("gives up at the deadline, with the platform's words and whose deadline it was", async () => {
    const { server } = fakeServer();
    const { attempt } = fakeAttempt(server);
    const { launcher } = platform([CAPACITY, CAPACITY], { capacityDeadlineMs: 20 });
    await expect(takeUp(attempt, launcher)).rejects.toMatchObject({
      code: "LAUNCH_FAILED",
      message: expect.stringMatching(/^no room .*capacity\.deadline/),
      details: CAPACITY.details,
    });
  });

  it("gives up in one call what no waiting mends", async () => {
    const { server } = fakeServer();
    const { attempt } = fakeAttempt(server);
    const { launcher, asked } = platform([DENIED]);
    await expect(takeUp(attempt, launcher)).rejects.toBe(DENIED);
    expect(asked).toHaveLength(1);
  });

  it("asks a silent platform again in the same way, for it may have launched", async () => {
    const { server } = fakeServer();
    const { attempt } = fakeAttempt(server);
    const { launcher, variants } = platform([SILENT, SILENT], { variants: 3 });
    expect(await takeUp(attempt, launcher)).toEqual({ infrastructure: INFRASTRUCTURE });
    expect(variants()).toEqual([0, 0, 0]);
  });

  it("takes over what a lost answer left rather than change the way to launch", async () => {
    const { server } = fakeServer();
    const { attempt, events } = fakeAttempt(server);
    const { launcher, variants } = platform([SILENT, CAPACITY], {
      variants: 2,
      find: async () => INFRASTRUCTURE,
    });
    expect(await takeUp(attempt, launcher)).toEqual({ infrastructure: INFRASTRUCTURE });
    expect(variants()).toEqual([0, 0]);
    expect(events.map(({ kind }) => kind)).toContain("found");
  });

  it("does not change the way to launch while it cannot be seen what a lost answer left", async () => {
    const { server } = fakeServer();
    const { attempt } = fakeAttempt(server);
    const { launcher, variants } = platform([SILENT, CAPACITY], {
      variants: 2,
      find: () => Promise.reject(DENIED),
    });
    await takeUp(attempt, launcher);
    expect(variants()).toEqual([0, 0, 0]);
  });

  it("looks after what runs rather than give the attempt up", async () => {
    const { server } = fakeServer();
    const { attempt } = fakeAttempt(server);
    const { launcher } = platform([SILENT, DENIED], { find: async () => INFRASTRUCTURE });
    expect(await takeUp(attempt, launcher)).toEqual({ infrastructure: INFRASTRUCTURE });
  });

  it("says where it cannot be verified that nothing runs", async () => {
    const { server } = fakeServer();
    const { attempt } = fakeAttempt(server);
    const { launcher } = platform([SILENT, DENIED], { find: () => Promise.reject(DENIED) });
    await expect(takeUp(attempt, launcher)).rejects.toMatchObject({
      message: expect.stringContaining("could not be verified"),
      details: { cause: "AccessDenied" },
    });
  });
});

describe("a run that is cancelled before its launch", () => {
  it.each([
    ["waits for capacity", [CAPACITY]],
    ["is throttled", [THROTTLED]],
  ])("is not launched any more while it %s", async (_, answers) => {
    const { server } = fakeServer();
    const { attempt, cancel } = fakeAttempt(server);
    const { launcher, asked } = platform(answers);
    setTimeout(() => cancel.abort(), 30);
    const launched = await takeUp(attempt, launcher);
    expect(launched).toMatchObject({ diagnosis: { cause: "Cancelled" } });
    expect(asked).toHaveLength(1);
  });

  it("is not launched any more while it waits for its turn", async () => {
    const { server } = fakeServer({ beginLaunch: async () => ({ waitMs: 60_000 }) });
    const { attempt, cancel } = fakeAttempt(server);
    const { launcher, asked } = platform([]);
    setTimeout(() => cancel.abort(), 30);
    expect(await takeUp(attempt, launcher)).toMatchObject({ diagnosis: { cause: "Cancelled" } });
    expect(asked).toEqual([]);
  });

  it("may be heard of by the server's refusal to begin", async () => {
    const { server } = fakeServer({
      beginLaunch: () =>
        Promise.reject(new SlipwayError("ATTEMPT_SUPERSEDED", "x", { stateType: "Cancelling" })),
    });
    const { attempt } = fakeAttempt(server);
    expect(await takeUp(attempt, fakeLauncher())).toMatchObject({
      diagnosis: { cause: "Cancelled" },
    });
    expect(attempt.isCancelled).toBe(true);
  });

  it("is looked after where it was launched between the call and the answer", async () => {
    const { server } = fakeServer();
    const { attempt, cancel } = fakeAttempt(server);
    const launcher = fakeLauncher({
      async execute() {
        cancel.abort();
        return INFRASTRUCTURE;
      },
    });
    expect(await takeUp(attempt, launcher)).toEqual({ infrastructure: INFRASTRUCTURE });
  });

  it("is searched where the answer was lost", async () => {
    const { server } = fakeServer();
    const { attempt, cancel } = fakeAttempt(server);
    const { launcher } = platform([SILENT], { find: async () => INFRASTRUCTURE });
    setTimeout(() => cancel.abort(), 30);
    expect(await takeUp(attempt, launcher)).toEqual({ infrastructure: INFRASTRUCTURE });
  });

  it("lets go, and says nothing of a cancel, where the attempt is another's", async () => {
    const { server } = fakeServer({
      beginLaunch: () => Promise.reject(new SlipwayError("ATTEMPT_SUPERSEDED", "x")),
    });
    const { attempt } = fakeAttempt(server);
    await expect(takeUp(attempt, fakeLauncher())).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
    });
    expect(attempt.isCancelled).toBe(false);
  });
});

describe("an attempt that was claimed before", () => {
  const adopt = async (
    claim: Parameters<typeof claimOf>[0],
    more: Partial<EnvironmentLauncher>,
  ) => {
    const { server } = fakeServer();
    const { attempt } = fakeAttempt(server, claimOf(claim));
    const { launcher, variants } = platform([], more);
    return { launched: await takeUp(attempt, launcher), variants: variants() };
  };
  const noSearch = { find: () => Promise.reject(new Error("nothing is to be looked for")) };
  const found = { find: async () => ({ ...INFRASTRUCTURE, id: "found" }) };

  it("is launched at once where no launch was begun", async () => {
    const { launched, variants } = await adopt({ begunVariant: null }, noSearch);
    expect(launched).toEqual({ infrastructure: INFRASTRUCTURE });
    expect(variants).toEqual([0]);
  });

  it("is taken over where a begun launch left something", async () => {
    const { launched, variants } = await adopt({ begunVariant: 1 }, { ...found, variants: 3 });
    expect(launched).toMatchObject({ infrastructure: { id: "found" } });
    expect(variants).toEqual([]);
  });

  it("is launched in the same way where a begun launch left nothing", async () => {
    const { variants } = await adopt({ begunVariant: 1 }, { variants: 3 });
    expect(variants).toEqual([1]);
  });

  it("is launched in the same way where the platform does not let it look", async () => {
    const { variants } = await adopt(
      { begunVariant: 1 },
      { variants: 3, find: () => Promise.reject(DENIED) },
    );
    expect(variants).toEqual([1]);
  });

  it("is never launched again where its process has started", async () => {
    const { launched, variants } = await adopt({ begunVariant: 0, bootstrapToken: null }, {});
    expect(launched).toMatchObject({ diagnosis: { cause: "Lost" } });
    expect(variants).toEqual([]);
  });
});
