import type { Measurement } from "./measure.ts";

export interface SuiteOptions {
  /** Other systems or plain floors side by side. */
  readonly peers: boolean;
  readonly versions: Readonly<Record<string, string>>;
}

/** A named set of workloads, measured one after the other. */
export type Suite = (options: SuiteOptions) => AsyncGenerator<Measurement>;
