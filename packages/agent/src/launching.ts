import {
  type Diagnosis,
  type EnvironmentLauncher,
  type Infrastructure,
  isSlipwayError,
  SlipwayError,
} from "@slipway/core";
import type { Attempt } from "./attempt.ts";
import {
  type Awaited,
  awaitedAfter,
  LaunchQueue,
  outOfTime,
  turnStatus,
  waitingStatus,
} from "./launch-queue.ts";
import { ServerLedger } from "./ledger.ts";
import { pause } from "./retry.ts";
import { searchThoroughly, searchUntilAnswered } from "./searching.ts";
import { nameOf } from "./server-port.ts";

/** How often to ask a platform that does not answer, before anything was launched. */
const MOST_UNANSWERED = 5;
const LEAST_TRYING_MS = 60_000;
const WORTH_TELLING_MS = 1_000;

/** What runs for an attempt; or why nothing does, and nothing will. */
export type Launched =
  | { readonly infrastructure: Infrastructure }
  | { readonly diagnosis: Diagnosis };

/**
 * Launches an attempt: waits while the platform has no capacity or wants to be called less often, up to the deadline
 * of its environment. A launch that was `begun` before is repeated in the same way, which the platform
 * takes for the same request. Throws why it cannot be launched; nothing runs then.
 */
export function launch(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  begun: boolean,
): Promise<Launched> {
  return new Launch(attempt, launcher, begun).run();
}

class Launch {
  readonly #attempt: Attempt;
  readonly #launcher: EnvironmentLauncher;
  readonly #queue: LaunchQueue;
  readonly #ledger: ServerLedger;
  /** A launch was begun whose outcome is not known. */
  #uncertain: boolean;
  /** How often the platform was called in this try: more than once where an answer was lost. */
  #calls = 0;
  #unanswered = 0;

  constructor(attempt: Attempt, launcher: EnvironmentLauncher, begun: boolean) {
    this.#attempt = attempt;
    this.#launcher = launcher;
    this.#uncertain = begun;
    this.#queue = new LaunchQueue({
      variants: launcher.variants,
      variant: attempt.variant,
      deadlineAt: deadlineOf(attempt, launcher),
    });
    const { agent, server, registrations } = attempt.workshop;
    this.#ledger = new ServerLedger({
      agent,
      server,
      attemptId: attempt.id,
      registrations,
      signal: attempt.interrupted,
      onBegin: () => {
        this.#calls += 1;
      },
      onWait: (rate, ms) => {
        if (ms >= WORTH_TELLING_MS) attempt.notices.tell({ status: turnStatus(rate, ms) });
      },
      onTrouble: (doing, error) => attempt.trouble(doing, error),
    });
  }

  async run(): Promise<Launched> {
    for (;;) {
      this.#attempt.signal.throwIfAborted();
      if (this.#attempt.isCancelled) return this.#cancelled();
      try {
        return { infrastructure: await this.#launchOnce() };
      } catch (error) {
        const found = await this.#afterFailure(error);
        if (found !== undefined) return { infrastructure: found };
      }
    }
  }

  async #launchOnce(): Promise<Infrastructure> {
    const { claim, notices, workshop } = this.#attempt;
    const request = this.#attempt.request();
    this.#calls = 0;
    await this.#launcher.setup(request, this.#ledger);
    const infrastructure = await this.#launcher.execute(request, this.#ledger);
    notices.tell({ status: "" });
    workshop.tell({ kind: "launched", run: nameOf(claim), infrastructure });
    return infrastructure;
  }

  /** Waits for what the failure asks for, and answers what turns out to run meanwhile. Throws what no waiting mends. */
  async #afterFailure(error: unknown): Promise<Infrastructure | undefined> {
    if (this.#attempt.signal.aborted) throw error;
    this.#note(error);
    if (this.#attempt.isCancelled) return undefined;
    const awaited = awaitedAfter(error);
    const pauseMs = awaited && this.#pauseMs(awaited);
    if (awaited === undefined) return this.#giveUp(error);
    if (pauseMs === undefined) return this.#giveUp(outOfTime(error, awaited));
    if (awaited === "Capacity" && this.#launcher.variants > 1) {
      const found = await this.#changeVariant();
      if (found !== undefined) return found;
    }
    await this.#wait(waitingStatus(awaited, error, Date.now() + pauseMs), pauseMs);
    return undefined;
  }

  /** What the failure tells, besides that nothing was launched now. */
  #note(error: unknown): void {
    if (this.#calls > 1 || (this.#calls === 1 && leavesOpen(error))) this.#uncertain = true;
    if (isRefusedForCancel(error)) this.#attempt.cancel.abort();
  }

  /** Undefined where there is no more trying. A platform that is silent before anything was launched can be given up: the endpoint may be wrong. */
  #pauseMs(awaited: Awaited): number | undefined {
    if (awaited === "Unreachable" && !this.#uncertain) {
      this.#unanswered += 1;
      if (this.#unanswered >= MOST_UNANSWERED) return undefined;
    }
    return this.#queue.pauseMs(awaited, Date.now());
  }

  async #wait(status: string, ms: number): Promise<void> {
    const { claim, interrupted, notices, workshop } = this.#attempt;
    notices.tell({ status });
    workshop.tell({ kind: "waits", run: nameOf(claim), message: status });
    await pause(ms, interrupted);
  }

  /** Goes on to the next way to launch, unless something may be running in this one: a second task must not be launched. */
  async #changeVariant(): Promise<Infrastructure | undefined> {
    if (this.#uncertain) {
      const found = await this.#search().catch(() => undefined);
      if (found !== undefined || this.#uncertain) return found;
    }
    this.#attempt.variant = this.#queue.nextVariant();
    return undefined;
  }

  /** An attempt is not given up while something runs for it: that is looked after instead. */
  async #giveUp(error: unknown): Promise<Infrastructure> {
    if (!this.#uncertain) throw error;
    const found = await this.#search().catch(() => unverified(this.#attempt, error));
    if (found === undefined) throw error;
    if (found instanceof Error) throw found;
    return found;
  }

  /** What an earlier call launched. Throws where the platform does not say. */
  async #search(): Promise<Infrastructure | undefined> {
    const found = await searchThoroughly(this.#attempt, this.#launcher);
    this.#uncertain = false;
    return found;
  }

  async #cancelled(): Promise<Launched> {
    if (!this.#uncertain) return { diagnosis: CANCELLED };
    const found = await searchUntilAnswered(this.#attempt, this.#launcher);
    return found === undefined ? { diagnosis: CANCELLED } : { infrastructure: found };
  }
}

/** What had waited before a restart waits on, but is tried for a while at least. */
function deadlineOf({ claim }: Attempt, { capacityDeadlineMs }: EnvironmentLauncher): number {
  const sinceClaim = Date.parse(claim.attempt.createdAt) + capacityDeadlineMs;
  return Math.max(sinceClaim, Date.now() + Math.min(capacityDeadlineMs, LEAST_TRYING_MS));
}

const CANCELLED: Diagnosis = {
  cause: "Cancelled",
  message: "The run was cancelled before anything was launched for it",
  evidence: {},
};

/** The first word of a cancel may be the server's refusal to begin a launch. */
function isRefusedForCancel(error: unknown): boolean {
  if (!isSlipwayError(error, "ATTEMPT_SUPERSEDED")) return false;
  const { stateType } = error.details;
  return stateType === "Cancelling" || stateType === "Cancelled";
}

/** Failures after which a task may have been launched all the same. */
function leavesOpen(error: unknown): boolean {
  if (!isSlipwayError(error)) return true;
  if (error.code === "CLOUD_UNREACHABLE" || error.code === "INTERNAL") return true;
  return /^(Server|Service|Internal)/.test(String(error.details["exception"] ?? ""));
}

/** The error, with what the user must look after. */
function unverified({ words: { thing, mark } }: Attempt, error: unknown): Error {
  const { code, message, details } = isSlipwayError(error)
    ? error
    : new SlipwayError("INTERNAL", "The agent failed with a fault of its own");
  const words = `${message}; whether a ${thing} was launched could not be verified: look for one by its ${mark}`;
  return new SlipwayError(code, words, { ...details, unverified: true }, { cause: error });
}
