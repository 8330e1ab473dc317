import { lookForWork } from "../db/claims.ts";
import type { Database } from "../db/database.ts";
import { findFlowRun } from "../db/flow-runs.ts";
import { Bell } from "./bell.ts";
import { checkId, checkLabels, checkName, notFound } from "./input.ts";
import { Reminder } from "./reminder.ts";

/** However often a run changes, its watchers are told at most this often. */
const RUN_INTERVAL_MS = 50;
/** Work is looked for at least this often, should a notification be lost. */
const WORK_POLL_MS = 5_000;

/** Who waits for changes on this server; told by the database's notifications. */
export class Changes {
  readonly #work = new Set<Bell>();
  readonly #runs = new Map<string, Set<Bell>>();

  onWork(): void {
    for (const bell of this.#work) bell.ring();
  }

  onRun(flowRunId?: string): void {
    const sets = flowRunId === undefined ? [...this.#runs.values()] : [this.#runs.get(flowRunId)];
    for (const bell of sets.flatMap((set) => [...(set ?? [])])) bell.ring();
  }

  /** True each time that something may be claimable by such an agent, at once when subscribed. */
  watchWork(database: Database, agent: string, labels: readonly string[]): AsyncGenerator<true> {
    checkName("agent", agent);
    const having = checkLabels("labels", labels);
    const bell = new Bell();
    this.#work.add(bell);
    const look = () => lookForWork(database.read, agent, having);
    return closing(workStream(bell, look), bell, () => this.#work.delete(bell));
  }

  /** The run's id each time that something of it was recorded, at once when subscribed. Throws `NOT_FOUND`. */
  async watchRun(database: Database, id: string): Promise<AsyncGenerator<string>> {
    if (!(await findFlowRun(database.read, checkId("flow run", id))))
      throw notFound("flow run", id);
    const bell = new Bell();
    const bells = this.#runs.get(id) ?? new Set();
    this.#runs.set(id, bells.add(bell));
    return closing(runStream(bell, id), bell, () => {
      bells.delete(bell);
      if (bells.size === 0 && this.#runs.get(id) === bells) this.#runs.delete(id);
    });
  }

  /** Ends every stream. */
  close(): void {
    for (const bell of this.#work) bell.close();
    for (const bells of this.#runs.values()) for (const bell of bells) bell.close();
  }
}

async function* workStream(
  bell: Bell,
  look: () => ReturnType<typeof lookForWork>,
): AsyncGenerator<true> {
  yield true;
  const asked = new Reminder(WORK_POLL_MS);
  while (!bell.closed) {
    const { now, dueInMs, cancelling } = await look();
    if (asked.isDue(cancelling) || now) yield true;
    await bell.wait(Math.min(dueInMs ?? WORK_POLL_MS, WORK_POLL_MS));
  }
}

async function* runStream(bell: Bell, id: string): AsyncGenerator<string> {
  while (!bell.closed) {
    yield id;
    await bell.pause(RUN_INTERVAL_MS);
    await bell.wait();
  }
}

/** A generator that waits cannot be ended from outside; closing its bell ends the wait first. */
function closing<T>(stream: AsyncGenerator<T>, bell: Bell, forget: () => void): AsyncGenerator<T> {
  const end = () => {
    bell.close();
    forget();
  };
  return {
    next: () => stream.next(),
    async return(value: unknown) {
      end();
      return stream.return(value);
    },
    async throw(error: unknown) {
      end();
      return stream.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
