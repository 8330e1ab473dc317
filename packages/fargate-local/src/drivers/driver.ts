import type { HealthStatus } from "../model/health.ts";
import type { ContainerOverride } from "../model/run-task.ts";
import type { TaskDefinition } from "../model/task-definition.ts";
import type { Mount } from "./mounts.ts";

export type DriverName = "process" | "docker";

/** How a driver finds a started container again after a restart; plain JSON. */
export type ContainerHandle = Readonly<Record<string, unknown>>;

/** An image, and what is needed to get it. */
export interface ImageRequest {
  readonly reference: string;
  /** As `os/architecture`, where the task definition asks for one. */
  readonly platform?: string;
  readonly credentials?: { readonly username: string; readonly password: string };
}

/** Where a container's output and health go. */
export interface ContainerSinks {
  readonly output: Output;
  readonly health: (status: HealthStatus) => void;
}

/** One container of one task, as a driver needs it. */
export interface ContainerRequest extends ContainerSinks {
  readonly taskArn: string;
  readonly taskId: string;
  readonly container: TaskDefinition["containerDefinitions"][number];
  readonly override: ContainerOverride | undefined;
  readonly image: ImageRequest;
  /** The definition's, the override's, the secrets and Fargate's own variables: all but the image's. */
  readonly variables: Readonly<Record<string, string>>;
  /** What the container may take: its own share, and at most the task's. */
  readonly memoryMib: number | undefined;
  readonly memoryReservationMib: number | undefined;
  readonly cpuUnits: number | undefined;
  readonly taskCpuUnits: number | undefined;
  readonly mounts: readonly Mount[];
}

/** A piece of what a container writes. */
export interface OutputChunk {
  readonly bytes: Buffer;
  readonly source: "stdout" | "stderr";
  /** When it was written, in milliseconds since 1970; absent for now. */
  readonly at?: number;
}

/** Takes each piece of output, as it comes. Answers a promise where the container is to wait with the next one until it settles. */
export type Output = (chunk: OutputChunk) => Promise<void> | undefined;

export interface ContainerExit {
  /** Absent where it can't be known: the process was started by an earlier, killed server. */
  readonly exitCode?: number;
  /** The platform's words, for example `OutOfMemoryError: Container killed due to memory usage`. */
  readonly reason?: string;
}

export interface ContainerStats {
  readonly read: string;
  readonly memoryBytes: number;
  /** Processor time since the start. */
  readonly cpuNanoseconds: number;
}

export interface RunningContainer {
  readonly runtimeId: string;
  readonly imageDigest?: string;
  readonly handle: ContainerHandle;
  readonly exited: Promise<ContainerExit>;
  /** SIGTERM, and SIGKILL when it is still there after the time; SIGKILL alone where that is 0. Settles at once; `exited` tells the end. */
  stop(timeoutMs: number): void;
  stats(): Promise<ContainerStats | undefined>;
}

/**
 * Runs containers for real. Throws `IMAGE_NOT_FOUND`, `REGISTRY_UNREACHABLE` and the like from
 * `pull`, `LAUNCH_FAILED` from `start`; the messages become the task's stopped reason.
 */
export interface Driver {
  readonly name: DriverName;
  /** True where a container goes on working when this server is gone, so that the next one may go on watching it. */
  readonly survivesRestart: boolean;
  pull(image: ImageRequest): Promise<void>;
  /** Call after `pull` of the container's image. */
  start(request: ContainerRequest): Promise<RunningContainer>;
  /** What is not done of what a container asks for, for the log. */
  unmet(request: ContainerRequest): readonly string[];
  /** Finds a container that an earlier server started, and gives its output from the beginning where it is kept. */
  find(handle: ContainerHandle, sinks: ContainerSinks): Promise<RunningContainer | undefined>;
  /** Ends what the task's containers left behind, also where nobody has a handle of them. Call when they all have ended. */
  endLeftBehind(taskId: string): Promise<void>;
  /** Removes what the task's containers shared. Call when they all have ended. */
  release(taskId: string): Promise<void>;
  /** Call when all tasks have ended. */
  close(): Promise<void>;
}
