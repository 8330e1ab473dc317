import type { JsonObject } from "./json.ts";
import type { State } from "./state.ts";

export type LogLevel = "debug" | "info" | "warning" | "error" | "critical";

export interface LogRecord {
  readonly timestamp: string;
  readonly level: LogLevel;
  readonly message: string;
  /** Absent for a record of the flow run itself. */
  readonly task?: TaskRunKey;
}

/** Names a task run within its flow run. `mapIndex` is -1 for the task itself, and the element's index for its children. */
export interface TaskRunKey {
  readonly taskSlug: string;
  readonly mapIndex: number;
}

/**
 * Where the engine reports to. Calls return at once and keep their order; `flush` settles when all
 * that was reported has been recorded. The client implements it over GraphQL, `flow.run()` in memory.
 */
export interface RunReporter {
  flowRunState(state: State): void;
  taskRunState(task: TaskRunKey, state: State): void;
  log(record: LogRecord): void;
  flush(): Promise<void>;
}

/** What a container learns when it swaps its bootstrap token. */
export interface RunStart {
  readonly flowRunId: string;
  readonly flowRunName: string;
  readonly attempt: number;
  readonly parameters: JsonObject;
  readonly scheduledStartTime: string;
}

/** What the process of an attempt used so far, sampled by itself. Absent where the machine does not tell. */
export interface ResourceUsage {
  /** The highest CPU use between two samples, in vCPU. */
  readonly cpuPeak?: number;
  /** The mean CPU use, in vCPU. */
  readonly cpuMean?: number;
  /** The highest memory use, in MiB. */
  readonly memoryPeakMiB?: number;
  /** What the container or task may use: vCPU and MiB. */
  readonly cpuLimit?: number;
  readonly memoryLimitMiB?: number;
  readonly samples: number;
}
