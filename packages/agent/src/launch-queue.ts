import { type CallRate, isSlipwayError, messageOf, SlipwayError } from "@slipway/core";
import { clockTime } from "./clock-time.ts";

/** What a launch may have to wait for. */
export type Awaited = "Capacity" | "Throttled" | "Unreachable";

const PAUSES: Readonly<Record<Awaited, { readonly first: number; readonly longest: number }>> = {
  Capacity: { first: 2_000, longest: 60_000 },
  Throttled: { first: 500, longest: 60_000 },
  Unreachable: { first: 500, longest: 15_000 },
};

const WORDS: Readonly<Record<Awaited, string>> = {
  Capacity: "waits for capacity",
  Throttled: "waits since the platform limits how often it may be called",
  Unreachable: "waits for an answer of the platform",
};

/** A reason is one line in a list of runs. */
const LONGEST_REASON = 300;

/** What a failed launch waits for; undefined where waiting mends nothing. */
export function awaitedAfter(error: unknown): Awaited | undefined {
  if (!isSlipwayError(error)) return undefined;
  const { cause } = error.details;
  if (cause === "Capacity" || cause === "Throttled") return cause;
  // Others have what a quota allows, until they end.
  if (cause === "QuotaExceeded") return "Capacity";
  return error.code === "CLOUD_UNREACHABLE" ? "Unreachable" : undefined;
}

export interface LaunchQueueOptions {
  /** How many ways to launch there are. */
  readonly variants: number;
  /** The one to begin with. */
  readonly variant: number;
  /** When there is no more trying, in milliseconds since 1970. */
  readonly deadlineAt: number;
}

/** Where one attempt stands while it waits to be launched: which way is tried next, and when. */
export class LaunchQueue {
  readonly #options: LaunchQueueOptions;
  readonly #counts = new Map<Awaited, number>();
  #variant: number;

  constructor(options: LaunchQueueOptions) {
    this.#options = options;
    this.#variant = options.variant;
  }

  /** Goes on to the author's next way to launch, after the last one to the first. */
  nextVariant(): number {
    this.#variant = (this.#variant + 1) % this.#options.variants;
    return this.#variant;
  }

  /** How long to wait before the next try; undefined where the time is up. The last try is at the deadline. */
  pauseMs(awaited: Awaited, now: number, chance = Math.random()): number | undefined {
    const left = this.#options.deadlineAt - now;
    if (left <= 0) return undefined;
    const count = this.#counts.get(awaited) ?? 0;
    this.#counts.set(awaited, count + 1);
    const { first, longest } = PAUSES[awaited];
    const full = Math.min(longest, first * 2 ** Math.min(count, 16));
    // A tenth more or less, so that many that were refused together do not come back together.
    return Math.min(left, full * (0.9 + 0.2 * chance));
  }
}

/** The error that no more waiting follows: without this, who reads it cannot tell a first refusal from the last one. */
export function outOfTime(error: unknown, awaited: Awaited): unknown {
  if (awaited === "Unreachable" || !isSlipwayError(error)) return error;
  const { code, message, details, cause } = error;
  const said = `${message} (the time to wait for it is over: \`onInfrastructureFailure.capacity.deadline\`)`;
  return new SlipwayError(code, said, details, { cause });
}

/** What the run's page says meanwhile. */
export function waitingStatus(awaited: Awaited, error: unknown, nextAt: number): string {
  return `${WORDS[awaited]} (${reasonOf(error)}), next try at ${clockTime(nextAt)}`;
}

/** What it says while launches wait for each other. */
export function turnStatus({ operation, perSecond }: CallRate, waitMs: number): string {
  const at = clockTime(Date.now() + waitMs);
  return `waits for its turn: the platform takes ${perSecond} ${operation} a second; its own is at ${at}`;
}

/** The platform's own words, as short as they are given. */
function reasonOf(error: unknown): string {
  const details = isSlipwayError(error) ? error.details : {};
  const { reasons, exception, message, reason } = details;
  const refusal = [exception, message].filter((word) => word !== undefined).join(": ");
  const words = Array.isArray(reasons) ? reasons.join(", ") : refusal || reason;
  return String(words ?? messageOf(error)).slice(0, LONGEST_REASON);
}
