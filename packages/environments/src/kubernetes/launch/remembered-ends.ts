import type { Infrastructure } from "@slipway/core";
import type { Verdict } from "../verdict.ts";
import { startsBeforeIn } from "./infrastructure.ts";

/** More than end within minutes. */
const MOST = 500;

type Stopped = Extract<Verdict, { readonly status: "stopped" }>;

/** How one attempt ended, kept while what is left of it is deleted. */
export interface RememberedEnd {
  readonly verdict: Stopped;
  /** The start of the flow's container that the attempt was, as `uid/restartCount`. */
  readonly startKey: string | undefined;
  /** Its last lines, where they were read before its pod is deleted. */
  readonly tail?: readonly string[];
  /** On a monotonic clock. */
  readonly at: number;
}

/** How the last attempts ended. */
export class RememberedEnds {
  readonly #ends = new Map<string, RememberedEnd>();

  of(infrastructure: Infrastructure): RememberedEnd | undefined {
    return this.#ends.get(keyOf(infrastructure));
  }

  keep(infrastructure: Infrastructure, end: RememberedEnd): void {
    this.#ends.set(keyOf(infrastructure), end);
    const [oldest] = this.#ends.keys();
    if (oldest !== undefined && this.#ends.size > MOST) this.#ends.delete(oldest);
  }
}

/** Attempts may share a Job. */
function keyOf(infrastructure: Infrastructure): string {
  return [infrastructure.id, ...startsBeforeIn(infrastructure)].join(" ");
}
