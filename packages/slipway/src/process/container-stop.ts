import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, type RunReporter } from "@slipway/core";
import type { StoppedAs } from "@slipway/engine";
import { Happening } from "./happening.ts";
import { watchProcess } from "./process-events.ts";

export interface StopTimes {
  /** How long tasks have to end by themselves, once they see that they shall. */
  readonly tasksHaveMs: number;
  /** How long a process that was told to stop waits for the server's word that the run is being cancelled. */
  readonly cancelIsToldWithinMs: number;
  /** How long such a process tries to get all recorded. */
  readonly giveUpAfterMs: number;
}

const TIMES: StopTimes = {
  // The agent lets a cancelled run's task be for ten seconds unless told, and it takes up to three to hear of the cancel.
  tasksHaveMs: 5_000,
  cancelIsToldWithinMs: 2_000,
  // ECS kills a container 30 s after SIGTERM, unless its `stopTimeout` says otherwise.
  giveUpAfterMs: 25_000,
};

/**
 * Why and how the run in this container stops before all its tasks have ended. A failure ends it at once. A cancel ends it
 * when its tasks have stopped or had their time. A signal alone leaves it unfinished, since only the agent can know why
 * the container goes (a spot reclaim for instance) and what is to follow.
 */
export class ContainerStop {
  readonly #times: StopTimes;
  readonly #controller = new AbortController();
  readonly #cancelled = new Happening();
  readonly #terminated = new Happening();
  #failure: Error | undefined;
  #exitCode: number | undefined;

  constructor(times: StopTimes = TIMES) {
    this.#times = times;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code of a process that leaves its run unfinished; undefined where no signal came. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  fail(error: Error): void {
    if (this.signal.aborted) return;
    this.#failure = error;
    this.#controller.abort(error);
  }

  cancel(): void {
    this.#cancelled.happen();
    this.#controller.abort(new Error("the run was cancelled"));
  }

  terminate(name: string, exitCode: number): void {
    this.#exitCode ??= exitCode;
    this.#terminated.happen();
    this.#controller.abort(new Error(`the process was told to stop by ${name}`));
  }

  /** How the stopped run ends, once its tasks have ended or had their time. */
  async endOf(tasksEnded: Promise<void>, reporter: RunReporter): Promise<StoppedAs> {
    if (this.#failure) return { type: "Failed", message: messageOf(this.#failure) };
    const told = this.#cancelled.has ? undefined : this.#announce(reporter);
    // Nobody signals a cancelled run's process before its time is up.
    const timeIsUp = Promise.all([this.#cancelled.happened, this.#terminated.happened]);
    await Promise.race([tasksEnded, sleep(this.#times.tasksHaveMs), timeIsUp]);
    await told;
    return this.#cancelled.has
      ? { type: "Cancelled", message: "Cancelled on request." }
      : { type: "Unfinished" };
  }

  /** The work's value. Throws where it takes longer than a process has that was told to stop. */
  orGiveUp<T>(work: Promise<T>): Promise<T> {
    const { giveUpAfterMs } = this.#times;
    const late = this.#terminated.happened.then(() => sleep(giveUpAfterMs));
    return Promise.race([work, late.then(() => Promise.reject(tooLate(giveUpAfterMs)))]);
  }

  /**
   * Logs what happens here, at once, since nobody knows how long there is. The server's answer says whether the run is being
   * cancelled: the signal may be that of a cancel of which this process has not heard.
   */
  async #announce(reporter: RunReporter): Promise<void> {
    const timestamp = new Date().toISOString();
    const message = `${messageOf(this.signal.reason)}: no further task starts here, and the run is left to its agent`;
    reporter.log({ timestamp, level: "warning", message });
    const flushed = reporter.flush().catch(() => undefined);
    await Promise.race([
      flushed,
      this.#cancelled.happened,
      sleep(this.#times.cancelIsToldWithinMs),
    ]);
  }
}

export function watchContainer(): ContainerStop {
  const stop = new ContainerStop();
  watchProcess({
    onSignal: (name, exitCode) => stop.terminate(name, exitCode),
    onUncaught: (error) => stop.fail(error),
  });
  return stop;
}

function tooLate(ms: number): Error {
  return new Error(`not all was recorded within ${ms / 1_000} s of the signal`);
}
