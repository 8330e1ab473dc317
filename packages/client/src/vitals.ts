import type { ResourceUsage, Timeline } from "@slipway/core";

/** What a run's process says of itself beside its events. */
export interface Report {
  readonly usage?: ResourceUsage;
  readonly timeline?: Timeline;
}

/** Gathers what is to be said next: steps once, and the use of resources every so often. */
export class Vitals {
  readonly #usage: () => ResourceUsage | undefined;
  readonly #everyMs: number;
  #steps: Timeline = {};
  #measuredAt = Number.NEGATIVE_INFINITY;

  constructor(usage: () => ResourceUsage | undefined, everyMs: number) {
    this.#usage = usage;
    this.#everyMs = everyMs;
  }

  add(steps: Timeline): void {
    this.#steps = { ...this.#steps, ...steps };
  }

  get hasSteps(): boolean {
    return Object.keys(this.#steps).length > 0;
  }

  /** What is new; the use of resources too where it is due, or `always`. */
  report(now: number, always: boolean): Report {
    const due = always || now - this.#measuredAt >= this.#everyMs;
    const usage = due ? this.#measure(now) : undefined;
    return { ...(usage && { usage }), ...(this.hasSteps && { timeline: this.#steps }) };
  }

  /** The server has it, or will never take it. */
  done({ timeline = {} }: Report): void {
    const waiting = Object.entries(this.#steps).filter(([step, time]) => timeline[step] !== time);
    this.#steps = Object.fromEntries(waiting);
  }

  /** Measuring must not harm the run: what fails or is no amount is left out. */
  #measure(now: number): ResourceUsage | undefined {
    this.#measuredAt = now;
    try {
      const usage = this.#usage();
      return usage && amountsOf(usage);
    } catch {
      return undefined;
    }
  }
}

function amountsOf(usage: ResourceUsage): ResourceUsage {
  const amounts = Object.entries(usage).filter(
    ([, amount]) => Number.isFinite(amount) && amount >= 0,
  );
  return { samples: 0, ...Object.fromEntries<number>(amounts) };
}
