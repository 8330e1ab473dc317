import type { ContainerExit } from "../drivers/driver.ts";
import type { StopCode, Task } from "../model/task.ts";
import type { TaskDefinition } from "../model/task-definition.ts";

/**
 * How far a task comes before it fails: `provision` in PROVISIONING, `prepare` in PENDING before the
 * images are pulled, `pull` while they are, `start` before a container starts, `run` in RUNNING.
 */
export type FailureStage = "provision" | "prepare" | "pull" | "start" | "run";

/** What goes wrong with one task, and when: decided when it is launched. */
export interface FailurePlan {
  readonly name: string;
  readonly stage: FailureStage;
  /** How long the task stays in the stage before that. */
  readonly afterMs: number;
  /** The task's end in AWS's words; absent where it ends because of its container. */
  readonly stop?: { readonly code: StopCode; readonly reason: string };
  /** The author's own words over AWS's: `none` leaves the code out, as AWS does at times. */
  readonly stopCode?: StopCode | "none";
  readonly stoppedReason?: string;
  /** What is told of containers in place of how they really ended, by name. */
  readonly exits: Readonly<Record<string, ContainerExit>>;
  /** Containers that are killed without a SIGTERM. The others are stopped with the task, as always. */
  readonly kills: readonly string[];
  /** The task stops with an empty list of containers, or is no longer known to the API at all. */
  readonly hides?: "containers" | "task";
}

/** What is known of a task when it is launched. */
export interface PlannedTask {
  readonly task: Task;
  readonly definition: TaskDefinition;
  readonly region: string;
}

/** The port by which the supervisor of tasks asks what goes wrong with a new one. */
export interface TaskFailures {
  planFor(planned: PlannedTask): FailurePlan | undefined;
}

/** How a container ended by a plan: its words where it has some, else how it really ended. */
export function plannedExit(
  plan: FailurePlan | undefined,
  name: string,
  exit: ContainerExit,
): ContainerExit {
  // A container may be called `valueOf`.
  const told = plan && Object.hasOwn(plan.exits, name) ? plan.exits[name] : undefined;
  return told ?? exit;
}

/** Why a task stops by a plan that has taken effect; the code is undefined where it is left out. */
export function plannedStop(
  plan: FailurePlan | undefined,
  code: StopCode,
  reason: string,
): { readonly code: StopCode | undefined; readonly reason: string } {
  const chosen = plan?.stopCode ?? code;
  return {
    code: chosen === "none" ? undefined : chosen,
    reason: plan?.stoppedReason ?? reason,
  };
}
