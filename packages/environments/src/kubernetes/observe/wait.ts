import type { Cause } from "../causes.ts";

/** What a launch that has not started waits for. */
export interface Wait {
  /** One line, in the platform's words. */
  readonly message: string;
  /** Where waiting longer is of no use: why. */
  readonly hopeless?: Cause | undefined;
  /** True while the time to start stands still: something is on its way, or has a deadline of its own. */
  readonly isPaused?: boolean | undefined;
  /** What it would be called if the time to start passed meanwhile; `StartTimeout` where it is left out. */
  readonly timesOutAs?: Cause | undefined;
}

/** How long something may be missing that somebody may be making. */
export const MOST_MISSING_MS = 30_000;
