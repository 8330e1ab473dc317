import { performance } from "node:perf_hooks";

/** One line of `npm run bench -- --json`. Compare only lines of one quiet machine. */
export interface Measurement {
  readonly system: string;
  readonly workload: string;
  /** How many units one run has. */
  readonly n: number;
  readonly runs: number;
  readonly medianMs: number;
  readonly perUnitUs: number;
  readonly perSecond: number;
  /** The highest resident memory of this process so far. */
  readonly rssMb: number;
  readonly versions: Readonly<Record<string, string>>;
}

export interface Workload {
  readonly system: string;
  readonly workload: string;
  readonly n: number;
  readonly runs: number;
  /** Runs that are not counted, before the others. */
  readonly warmUps?: number;
  readonly versions?: Readonly<Record<string, string>>;
  /** The timed part. */
  run(): Promise<unknown>;
  /** Not timed: brings back what the next run begins with. */
  afterEach?(): Promise<unknown>;
}

/** Runs a workload and takes the median, which one slow run does not move. */
export async function measure(workload: Workload): Promise<Measurement> {
  for (let index = 0; index < (workload.warmUps ?? 1); index++) await timeOnce(workload);
  const times: number[] = [];
  for (let index = 0; index < workload.runs; index++) times.push(await timeOnce(workload));
  return summarise(workload, times);
}

/** The line for times, in milliseconds, that were taken elsewhere. */
export function summarise(
  { system, workload, n, runs, versions }: Omit<Workload, "run" | "warmUps" | "afterEach">,
  times: readonly number[],
): Measurement {
  const median = medianOf(times);
  return {
    system,
    workload,
    n,
    runs,
    medianMs: round(median),
    perUnitUs: round((median * 1000) / n),
    perSecond: Math.round((n * 1000) / median),
    rssMb: round(process.resourceUsage().maxRSS / 1024),
    versions: { node: process.versions.node, ...versions },
  };
}

async function timeOnce({ run, afterEach }: Workload): Promise<number> {
  const start = performance.now();
  await run();
  const elapsed = performance.now() - start;
  await afterEach?.();
  return elapsed;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
