import { canBecome, isFinished, isStateType } from "@slipway/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type Answer,
  beginLaunch,
  cancel,
  claim,
  createRun,
  endAttempt,
  flowState,
  lapse,
  readRun,
  register,
  release,
  report,
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

const RUNS = 24;
const AGENTS = ["one", "two", "three"];
const LABELS = ["crowd"];
const REFUSALS = ["ATTEMPT_SUPERSEDED", "STATE_CONFLICT", "UNAUTHENTICATED", "ILLEGAL_TRANSITION"];

/** Numbers from 0 to 1 that are the same for the same seed. */
function chances(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Does what agents, processes and persons do to a crowd of runs, with no regard for each other. */
class Crowd {
  readonly #chance: () => number;
  readonly #claims: Answer[] = [];
  readonly #tokens: string[] = [];
  readonly #runs: readonly string[];
  readonly unexpected: unknown[] = [];

  constructor(runs: readonly string[], seed: number) {
    this.#runs = runs;
    this.#chance = chances(seed);
  }

  async act(): Promise<void> {
    const acts = [
      () => this.#claim(),
      () => this.#claim(),
      () => this.#withClaim((run) => beginLaunch(server, run, { scope: "crowd" })),
      () => this.#withClaim((run) => this.#start(run)),
      () => this.#report(),
      () => this.#report(),
      () => this.#withClaim((run) => this.#end(run)),
      () => this.#withClaim((run) => release(server, run)),
      () => this.#withClaim((run) => lapse(server, run.attempt.id)),
      () => this.#maybe(0.4, () => cancel(server, this.#pick(this.#runs))),
    ];
    await this.#pick(acts)().catch((error: unknown) => {
      const known = error instanceof Error && "code" in error && REFUSALS.includes(`${error.code}`);
      if (!known) this.unexpected.push(error);
    });
  }

  async #claim() {
    const agent = this.#pick(AGENTS);
    const { claimed, adopted } = await claim(server, agent, { labels: LABELS, limit: 3 });
    for (const entry of [...claimed, ...adopted]) this.#claims.push({ ...entry, agent });
  }

  async #start({ bootstrapToken }: Answer) {
    if (bootstrapToken) this.#tokens.push(await startRun(server, bootstrapToken));
  }

  async #report() {
    if (this.#tokens.length === 0) return;
    const token = this.#pick(this.#tokens.slice(-10));
    const { nextSequence } = await report(server, token, { usage: { samples: 1 } });
    const said = [
      [flowState("Running")],
      [flowState("Running"), taskState("extract", "Running"), taskState("square", "Running", 1)],
      [taskState("extract", "Success")],
      [flowState(this.#pick(["Success", "Failed", "Cancelled"]))],
    ];
    await report(server, token, { firstSequence: nextSequence, events: this.#pick(said) });
  }

  async #end({ agent, attempt }: Answer) {
    const retry = {
      startAt: new Date().toISOString(),
      reason: "again",
      unlessStarted: this.#chance() < 0.5,
    };
    const more = this.#chance() < 0.7 ? { retry, logTail: ["bye"] } : {};
    await endAttempt(server, agent, attempt.id, undefined, more);
  }

  async #withClaim(act: (run: Answer) => Promise<unknown>) {
    if (this.#claims.length > 0) await act(this.#pick(this.#claims.slice(-30)));
  }

  async #maybe(chance: number, act: () => Promise<unknown>) {
    if (this.#chance() < chance) await act();
  }

  #pick<T>(items: readonly T[]): T {
    // An index below the length.
    return items[Math.floor(this.#chance() * items.length)] as T;
  }
}

function checkHistory(states: Answer[], from: number): void {
  expect(states.map((entry) => entry.version)).toEqual(states.map((_, index) => index + from));
  const attempts = states.map((entry) => entry.attempt);
  expect(attempts).toEqual([...attempts].sort((a, b) => a - b));
}

function checkTransitions(states: Answer[]): void {
  const types = states.map((entry) => entry.state.type).filter(isStateType);
  for (const [index, to] of types.slice(1).entries()) {
    const from = types[index];
    expect([from, to, from && canBecome(from, to)]).toEqual([from, to, true]);
  }
}

it.each([1, 2, 3])("a crowd that acts at random leaves every run whole (seed %i)", async (seed) => {
  const version = await register(server, `crowd ${seed}`, { labels: LABELS });
  const ids = await Promise.all(Array.from({ length: RUNS }, () => createRun(server, version)));
  const crowd = new Crowd(ids, seed);
  const actors = Array.from({ length: 8 }, async () => {
    for (let count = 0; count < 60; count++) await crowd.act();
  });
  await Promise.all(actors);
  expect(crowd.unexpected).toEqual([]);
  // One agent puts an end to what is left.
  await server.sql("update attempt set lease_expires_at = now() - interval '1 second'");
  for (let left = 1; left > 0; ) {
    const { claimed, adopted } = await claim(server, "last", { labels: LABELS, limit: 100 });
    left = claimed.length + adopted.length;
    for (const { attempt } of [...claimed, ...adopted])
      await endAttempt(server, "last", attempt.id);
  }
  for (const id of ids) {
    const run = await readRun(server, id);
    expect(isFinished({ type: run.stateType }), `${id} is ${run.stateType}`).toBe(true);
    expect(run.endTime).not.toBeNull();
    checkHistory(run.states, 1);
    checkTransitions(run.states);
    expect(run.attempts.map((attempt: Answer) => attempt.number)).toEqual(
      run.attempts.map((_: Answer, index: number) => index + 1),
    );
    for (const attempt of run.attempts) expect(attempt.endedAt).not.toBeNull();
    for (const task of run.taskRuns) {
      checkHistory(task.states, 1);
      if (run.stateType !== "Success")
        expect(isFinished({ type: task.stateType }), `${task.taskSlug} ${task.stateType}`).toBe(
          true,
        );
    }
  }
});

it("no two of them ever waited in a circle", async () => {
  // A session tells what it has counted only after a second.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const counted = await server.sql(
    "select deadlocks::int from pg_stat_database where datname = current_database()",
  );
  expect(counted).toEqual([{ deadlocks: 0 }]);
});
