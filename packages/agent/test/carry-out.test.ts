import type { Claim } from "@slipway/client";
import type { Diagnosis, EnvironmentLauncher, Observation } from "@slipway/core";
import { SlipwayError } from "@slipway/core";
import { waitFor } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { carryOut } from "../src/carry-out.ts";
import { LauncherPool } from "../src/launcher-pool.ts";
import type { AgentServer } from "../src/server-port.ts";
import {
  ATTEMPT,
  claimOf,
  DIAGNOSIS,
  fakeAttempt,
  fakeLauncher,
  fakeServer,
  INFRASTRUCTURE,
  OneLauncher,
} from "./fakes.ts";

function attemptWith(
  launcher: EnvironmentLauncher,
  more: Partial<AgentServer> = {},
  claim = claimOf(),
) {
  const { server, toldOf } = fakeServer(more);
  const parts = fakeAttempt(server, claim);
  Object.assign(parts.attempt.workshop, { launchers: new OneLauncher(launcher) });
  return { ...parts, toldOf };
}

/** A task that runs until it is stopped, and does not stop at once. */
function stoppable(more: Partial<EnvironmentLauncher> = {}) {
  let observation: Observation = { status: "running" };
  const asked: string[] = [];
  const launcher = fakeLauncher({
    observe: async () => observation,
    stop: async (_, reason) => {
      asked.push(reason);
    },
    ...more,
  });
  const show = (next: Observation) => {
    observation = next;
  };
  return { launcher, asked, show };
}

const EXITED: Diagnosis = {
  cause: "EssentialContainerExited",
  message: "exited",
  evidence: { containers: [{ name: "main", exitCode: 0 }] },
};

describe("carryOut", () => {
  it("records the launch, what was seen, and the end with timeline, cost, last lines and another try", async () => {
    const timeline = { createdAt: "a", stoppedAt: "b" };
    const cost = { amount: 0.01, currency: "USD", pricesOf: "2026-01-01" };
    const launcher = fakeLauncher({
      observe: async () => ({ status: "stopped", diagnosis: DIAGNOSIS, timeline, cost }),
      logTail: async (_, __, most) => Array.from({ length: most + 5 }, (_, line) => `line ${line}`),
      retryAfter: ({ cause }) =>
        cause === "X"
          ? { delayMs: 0, reason: "retry 1 of 2 after X", unlessStarted: true }
          : undefined,
    });
    const { attempt, toldOf } = attemptWith(launcher);
    await carryOut(attempt);
    expect(toldOf("recordInfrastructure")).toEqual([INFRASTRUCTURE]);
    const [ended] = toldOf("endAttempt");
    expect(ended).toMatchObject({
      diagnosis: DIAGNOSIS,
      timeline,
      cost,
      retry: { reason: "retry 1 of 2 after X", unlessStarted: true },
    });
    expect(ended.logTail).toHaveLength(200);
    expect(ended.logTail.at(-1)).toBe("line 204");
  });

  it("reads no last lines of what ended well", async () => {
    const launcher = fakeLauncher({
      observe: async () => ({ status: "stopped", diagnosis: EXITED }),
      logTail: () => Promise.reject(new Error("nobody asks for them")),
    });
    const { attempt, events, toldOf } = attemptWith(launcher);
    await carryOut(attempt);
    expect(toldOf("endAttempt")).toMatchObject([{ diagnosis: EXITED, logTail: [] }]);
    expect(events.map(({ kind }) => kind)).not.toContain("trouble");
  });

  it("ends an attempt whose last lines cannot be read, without them", async () => {
    const launcher = fakeLauncher({ logTail: () => Promise.reject(new Error("denied")) });
    const { attempt, toldOf } = attemptWith(launcher);
    await carryOut(attempt);
    expect(toldOf("endAttempt")).toMatchObject([{ diagnosis: DIAGNOSIS, logTail: [] }]);
  });

  it("ends an attempt of which the server does not take a part, without that", async () => {
    const cost = { amount: 1, currency: "USD", pricesOf: "no date" };
    const launcher = fakeLauncher({
      observe: async () => ({ status: "stopped", diagnosis: DIAGNOSIS, cost }),
      logTail: async () => ["a line"],
    });
    const ended: unknown[] = [];
    const { attempt } = attemptWith(launcher, {
      async endAttempt(input) {
        if (input.cost !== undefined)
          throw new SlipwayError("INVALID_ARGUMENT", "no", { path: "input.cost.pricesOf" });
        ended.push(input);
        return ATTEMPT;
      },
    });
    await carryOut(attempt);
    expect(ended).toMatchObject([{ diagnosis: DIAGNOSIS, logTail: ["a line"] }]);
  });

  it("decides on another attempt by the cause of a launch that failed", async () => {
    const refused = new SlipwayError("LAUNCH_FAILED", "no", { cause: "Capacity" });
    const launcher = fakeLauncher({
      capacityDeadlineMs: 0,
      execute: () => Promise.reject(refused),
      retryAfter: ({ cause }) => ({
        delayMs: 5_000,
        reason: `after ${cause}`,
        unlessStarted: false,
      }),
    });
    const { attempt, toldOf } = attemptWith(launcher);
    const before = Date.now();
    await carryOut(attempt);
    const [ended] = toldOf("endAttempt");
    expect(ended).toMatchObject({
      diagnosis: { cause: "Capacity" },
      retry: { reason: "after Capacity" },
    });
    expect(Date.parse(ended.retry.startAt)).toBeGreaterThanOrEqual(before + 5_000);
  });

  it("tells what it waits for as it changes, and that it waits no more", async () => {
    const { launcher, show } = stoppable();
    show({ status: "starting", message: "pulls the image", timeline: { createdAt: "a" } });
    const { attempt, toldOf } = attemptWith(launcher);
    const done = carryOut(attempt);
    await waitFor(() => toldOf("recordObservation").length === 1);
    show({ status: "running", timeline: { createdAt: "a", startedAt: "b" } });
    await waitFor(() => toldOf("recordObservation").length === 2);
    show({ status: "stopped", diagnosis: EXITED });
    await done;
    expect(toldOf("recordObservation")).toEqual([
      { status: "pulls the image", timeline: { createdAt: "a" } },
      { status: "", timeline: { createdAt: "a", startedAt: "b" } },
    ]);
  });

  it("decides on another attempt where what had started is nowhere to be found", async () => {
    const launcher = fakeLauncher({
      retryAfter: ({ cause }) => ({ delayMs: 0, reason: `after ${cause}`, unlessStarted: false }),
    });
    const { attempt, toldOf } = attemptWith(launcher, {}, claimOf({ bootstrapToken: null }));
    await carryOut(attempt);
    expect(toldOf("endAttempt")).toMatchObject([
      { diagnosis: { cause: "Lost" }, retry: { reason: "after Lost" } },
    ]);
  });

  describe("of an attempt that was taken over, while its image cannot be read", () => {
    const unread = (more: Partial<Claim>) => {
      const { server, toldOf } = fakeServer();
      const parts = fakeAttempt(server, claimOf(more));
      const gone = new SlipwayError("REGISTRY_REFUSED", "the registry refused");
      const launchers = new LauncherPool({ readEnvironment: () => Promise.reject(gone) });
      Object.assign(parts.attempt.workshop, { launchers });
      return { ...parts, toldOf };
    };

    it("ends it where nothing was begun: nothing runs", async () => {
      const { attempt, toldOf } = unread({});
      await carryOut(attempt);
      expect(toldOf("endAttempt")).toMatchObject([{ diagnosis: { cause: "REGISTRY_REFUSED" } }]);
    });

    it("says so and tries on where something may be running", async () => {
      const { attempt, lease, toldOf } = unread({ begunVariant: 0 });
      const done = carryOut(attempt);
      await waitFor(() => toldOf("recordObservation").length > 0);
      expect(toldOf("recordObservation")[0].status).toMatch(/the registry refused/);
      expect(toldOf("endAttempt")).toEqual([]);
      lease.abort();
      await done;
    });
  });

  it("lets go of what is another agent's, and leaves its task alone", async () => {
    const { launcher, asked } = stoppable();
    const superseded = new SlipwayError("ATTEMPT_SUPERSEDED", "another's");
    const { attempt, events, toldOf } = attemptWith(launcher, {
      recordInfrastructure: () => Promise.reject(superseded),
    });
    await carryOut(attempt);
    expect(events.at(-1)).toMatchObject({ kind: "superseded" });
    expect(toldOf("endAttempt")).toEqual([]);
    expect(asked).toEqual([]);
  });
});

describe("what the platform itself goes on with", () => {
  const JOB = { ...INFRASTRUCTURE, details: { startsBefore: ["pod/0"] } };
  const AGAIN: Observation = { status: "stopped", diagnosis: DIAGNOSIS, successor: JOB };
  const NEXT = { ...ATTEMPT, id: "next", number: 2, infrastructure: { ...JOB } };

  it("is told with the end, without another retry, and is left alone", async () => {
    const { launcher, asked, show } = stoppable({
      retryAfter: () => ({ delayMs: 0, reason: "again", unlessStarted: false }),
    });
    show(AGAIN);
    const ended = { ...ATTEMPT, endedAt: "2026", successor: NEXT };
    const told: unknown[] = [];
    const { attempt, events } = attemptWith(launcher, {
      async endAttempt(input) {
        told.push(input);
        return ended;
      },
    });
    expect(await carryOut(attempt)).toBe(ended);
    expect(told).toMatchObject([{ diagnosis: DIAGNOSIS, successor: JOB, retry: undefined }]);
    expect(asked).toEqual([]);
    expect(events.at(-1)).toMatchObject({ kind: "ended" });
  });

  it("is stopped where the server opens no attempt for it, and the attempt ends when that was seen", async () => {
    const { launcher, asked, show } = stoppable();
    const { observe } = launcher;
    // The end of what was launched stays what it was; what goes on is looked at by itself.
    const observed: typeof observe = async (seen) => (seen === JOB ? observe(seen) : AGAIN);
    Object.assign(launcher, { observe: observed });
    const { attempt, events, toldOf } = attemptWith(launcher);
    const done = carryOut(attempt);
    await waitFor(() => asked.length === 1);
    expect(asked).toEqual(["Slipway: the flow run is over"]);

    expect(events.map(({ kind }) => kind)).not.toContain("ended");
    const stoppedAt = { stoppedAt: "2026-01-01T00:00:00.000Z" };
    show({
      status: "stopped",
      diagnosis: { ...DIAGNOSIS, cause: "JobDeleted" },
      timeline: stoppedAt,
    });
    await done;
    expect(toldOf("endAttempt")).toMatchObject([
      { successor: JOB },
      { successor: undefined, diagnosis: DIAGNOSIS, timeline: stoppedAt },
    ]);
    expect(events.filter(({ kind }) => kind === "ended")).toHaveLength(1);
  });

  it("is not gone on with in a run that is being cancelled: that ends when all was stopped", async () => {
    const { launcher, asked, show } = stoppable();
    const { attempt, cancel, toldOf } = attemptWith(launcher);
    const done = carryOut(attempt);
    await waitFor(() => toldOf("recordInfrastructure").length === 1);
    cancel.abort();
    show(AGAIN);
    await waitFor(() => asked.length > 0);
    expect(toldOf("endAttempt")).toEqual([]);
    show({ status: "stopped", diagnosis: { ...DIAGNOSIS, cause: "JobDeleted" } });
    await done;
    expect(toldOf("endAttempt")).toMatchObject([
      {
        successor: undefined,
        diagnosis: {
          cause: "Cancelled",
          message: "The run was cancelled, and what ran for it has stopped",
        },
      },
    ]);
  });

  it("is left alone by an agent that is let go of before it has said so", async () => {
    const { launcher, asked, show } = stoppable();
    show(AGAIN);
    const superseded = new SlipwayError("ATTEMPT_SUPERSEDED", "another's");
    const { attempt } = attemptWith(launcher, { endAttempt: () => Promise.reject(superseded) });
    expect(await carryOut(attempt)).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe("a cancelled run", () => {
  it("has its task stopped after the grace, and ends when that was seen", async () => {
    const { launcher, asked, show } = stoppable({ stopGraceMs: 30 });
    const { attempt, cancel, toldOf } = attemptWith(launcher);
    const done = carryOut(attempt);
    await waitFor(() => toldOf("recordInfrastructure").length === 1);
    const cancelledAt = performance.now();
    cancel.abort();
    await waitFor(() => asked.length === 1);
    expect(performance.now() - cancelledAt).toBeGreaterThan(25);
    expect(toldOf("endAttempt")).toEqual([]);
    await waitFor(() =>
      /^asked ECS to stop the task at /.test(toldOf("recordObservation").at(-1)?.status),
    );
    show({ status: "stopped", diagnosis: DIAGNOSIS });
    await done;
    expect(toldOf("endAttempt")).toMatchObject([
      { diagnosis: { cause: "Cancelled", evidence: { stoppedAs: "X" } } },
    ]);
    expect(toldOf("endAttempt")[0].retry).toBeUndefined();
  });

  it("is not stopped where its process ends by itself within the grace", async () => {
    const { launcher, asked, show } = stoppable({ stopGraceMs: 60_000 });
    const { attempt, cancel, toldOf } = attemptWith(launcher);
    const done = carryOut(attempt);
    await waitFor(() => toldOf("recordInfrastructure").length === 1);
    cancel.abort();
    await waitFor(() => toldOf("recordObservation").length > 0);
    show({ status: "stopped", diagnosis: EXITED });
    await done;
    expect(asked).toEqual([]);
    expect(toldOf("endAttempt")).toMatchObject([{ diagnosis: { cause: "Cancelled" } }]);
  });

  it("is stopped at once where its process has not started", async () => {
    const { launcher, asked, show } = stoppable({ stopGraceMs: 60_000 });
    show({ status: "starting" });
    const { attempt } = attemptWith(launcher, {}, claimOf({}, "Cancelling"));
    attempt.cancel.abort();
    // It had been launched: the attempt is taken up with its task.
    Object.assign(attempt.claim.attempt, { infrastructure: INFRASTRUCTURE });
    const done = carryOut(attempt);
    await waitFor(() => asked.length === 1);
    show({ status: "stopped", diagnosis: DIAGNOSIS });
    await done;
  });

  it("is stopped even where nobody can look at its task", async () => {
    let seen = false;
    const { launcher, asked } = stoppable({
      observe: async () => {
        if (!seen) throw new Error("denied");
        return { status: "stopped", diagnosis: DIAGNOSIS };
      },
    });
    const { attempt, cancel, toldOf } = attemptWith(launcher);
    const done = carryOut(attempt);
    await waitFor(() => toldOf("recordInfrastructure").length === 1);
    cancel.abort();
    await waitFor(() => asked.length === 1);
    expect(toldOf("endAttempt")).toEqual([]);
    seen = true;
    await done;
  });

  it("says so where the platform does not take the stop, asks on, and does not end before it was seen", async () => {
    let refusals = 3;
    const { launcher, show } = stoppable({
      stop: async () => {
        refusals -= 1;
        if (refusals >= 0) throw new SlipwayError("CLOUD_REFUSED", "denied");
      },
    });
    const { attempt, cancel, toldOf } = attemptWith(launcher);
    const done = carryOut(attempt);
    await waitFor(() => toldOf("recordInfrastructure").length === 1);
    cancel.abort();
    await waitFor(() =>
      toldOf("recordObservation").some(({ status }) => /in vain.*denied/.test(status)),
    );
    await waitFor(() => refusals < 0);
    expect(toldOf("endAttempt")).toEqual([]);
    show({ status: "stopped", diagnosis: DIAGNOSIS });
    await done;
  });
});
