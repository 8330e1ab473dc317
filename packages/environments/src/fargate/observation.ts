import type { Task } from "@aws-sdk/client-ecs";
import type { Timeline } from "@slipway/core";

/** The times that ECS keeps of a task, in the order in which they come. */
const STEPS = [
  "createdAt",
  "connectivityAt",
  "pullStartedAt",
  "pullStoppedAt",
  "startedAt",
  "stoppingAt",
  "executionStoppedAt",
  "stoppedAt",
] as const satisfies readonly (keyof Task)[];

/** When the task reached each step, as far as ECS says. */
export function timelineOf(task: Task): Timeline {
  const reached = STEPS.flatMap((step) => {
    const at = task[step];
    return at instanceof Date && !Number.isNaN(at.getTime()) ? [[step, at.toISOString()]] : [];
  });
  return Object.fromEntries(reached);
}

const STARTED = new Set(["RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING"]);

/** Whether the task's containers have been started, at least once. */
export function hasStarted({ lastStatus = "" }: Task): boolean {
  return STARTED.has(lastStatus);
}

/** What a task that has not started waits for, in one line. */
export function waitsFor(task: Task): string | undefined {
  const { lastStatus, pullStartedAt, pullStoppedAt, attachments = [] } = task;
  if (lastStatus === "PROVISIONING") return waitsForPlace(task);
  if (pullStartedAt !== undefined && pullStoppedAt === undefined) return "pulls the image";
  if (attachments.some(isPendingInterface)) return "waits for a network interface";
  if (lastStatus === "PENDING" && pullStoppedAt === undefined)
    return "waits for the image to be pulled";
  if (lastStatus === "PENDING" || lastStatus === "ACTIVATING") return "starts the containers";
  return undefined;
}

function waitsForPlace({ attachments = [], capacityProviderName }: Task): string {
  if (attachments.some(isPendingInterface)) return "waits for a network interface";
  const provider = capacityProviderName === undefined ? "" : ` of ${capacityProviderName}`;
  return `waits for capacity${provider}`;
}

function isPendingInterface({ type, status }: NonNullable<Task["attachments"]>[number]): boolean {
  return type === "ElasticNetworkInterface" && status !== "ATTACHED" && status !== "DELETED";
}
