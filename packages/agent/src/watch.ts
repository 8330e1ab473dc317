import {
  type EnvironmentLauncher,
  type Infrastructure,
  messageOf,
  type Observation,
} from "@slipway/core";
import type { ObserveInterval } from "./agent-options.ts";
import { Bell } from "./bell.ts";
import { backOffMs } from "./retry.ts";

const GROWTH = 1.3;
/** However often the platform tells of changes, it is looked at no sooner than this after the last look. */
const BETWEEN_LOOKS_MS = 75;

export type Stopped = Extract<Observation, { status: "stopped" }>;

export interface WatchOptions {
  readonly interval: ObserveInterval;
  /** Ends the watching. */
  readonly signal: AbortSignal;
  /** From then on the end is expected, so that it is looked for as often as at first. */
  readonly hurry: AbortSignal;
  readonly onLook: (observation: Observation) => void;
  /** Told of the first of several failures in a row. */
  readonly onTrouble: (message: string) => void;
}

/**
 * Looks at what was launched until it has stopped, however long that takes: a platform that does not answer
 * says nothing of the run. Looks soon where the platform tells of a change, and from time to time all the same.
 * Answers undefined when the signal is aborted.
 */
export async function watch(
  launcher: EnvironmentLauncher,
  infrastructure: Infrastructure,
  options: WatchOptions,
): Promise<Stopped | undefined> {
  const changes = new Changes();
  const forget = launcher.onChange(infrastructure, () => changes.tell());
  try {
    return await lookUntilStopped(launcher, infrastructure, changes, options);
  } finally {
    forget();
    changes.close();
  }
}

async function lookUntilStopped(
  launcher: EnvironmentLauncher,
  infrastructure: Infrastructure,
  changes: Changes,
  { interval, signal, hurry, onLook, onTrouble }: WatchOptions,
): Promise<Stopped | undefined> {
  const pace = new Pace(interval);
  const woken = AbortSignal.any([signal, hurry]);
  while (!signal.aborted) {
    changes.look();
    try {
      const observation = await launcher.observe(infrastructure);
      onLook(observation);
      if (observation.status === "stopped") return observation;
      pace.saw(observation.status, hurry.aborted);
    } catch (error) {
      if (pace.failed() === 1) onTrouble(messageOf(error));
    }
    await changes.wait(pace.waitMs, hurry.aborted ? signal : woken);
  }
  return undefined;
}

/** What the platform tells of by itself, gathered to one look after the other. */
class Changes {
  readonly #bell = new Bell();
  #lookedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  tell(): void {
    const soon = Math.max(0, this.#lookedAt + BETWEEN_LOOKS_MS - Date.now());
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#bell.ring();
    }, soon);
  }

  /** What is told from now on is news to the look that begins. */
  look(): void {
    this.#lookedAt = Date.now();
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return this.#bell.wait(ms, signal);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}

/** How long to wait for the next look: longer and longer while nothing changes. */
class Pace {
  readonly #interval: ObserveInterval;
  #wait: number;
  #failures = 0;
  #before: string | undefined;

  constructor(interval: ObserveInterval) {
    this.#interval = interval;
    this.#wait = interval.shortest;
  }

  get waitMs(): number {
    return Math.min(this.#wait, this.#interval.longest);
  }

  saw(status: string, hurry: boolean): void {
    const quiet = status === this.#before && !hurry;
    this.#wait = quiet ? this.waitMs * GROWTH : this.#interval.shortest;
    this.#before = status;
    this.#failures = 0;
  }

  /** Answers the count of failures in a row. */
  failed(): number {
    this.#failures += 1;
    this.#wait = Math.max(this.#interval.shortest, backOffMs(this.#failures));
    return this.#failures;
  }
}
