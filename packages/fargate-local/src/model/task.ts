import { z } from "zod";
import { HEALTH_STATUSES, type HealthStatus } from "./health.ts";
import { attachInterface, attachmentSchema, interfacesOf } from "./network-interface.ts";
import { overridesSchema } from "./run-task.ts";
import { tagsSchema } from "./tags.ts";

/** What a task is doing, in ECS's words and order. */
export const TASK_STATUSES = [
  "PROVISIONING",
  "PENDING",
  "ACTIVATING",
  "RUNNING",
  "DEACTIVATING",
  "STOPPING",
  "DEPROVISIONING",
  "STOPPED",
] as const;

export type TaskStatus = (typeof TASK_STATUSES)[number];

const containerSchema = z.object({
  containerArn: z.string(),
  taskArn: z.string(),
  name: z.string(),
  image: z.string(),
  imageDigest: z.string().optional(),
  runtimeId: z.string().optional(),
  lastStatus: z.enum(["PENDING", "RUNNING", "STOPPED"]),
  exitCode: z.number().optional(),
  reason: z.string().optional(),
  healthStatus: z.enum(HEALTH_STATUSES),
  networkInterfaces: z.array(z.record(z.string(), z.string())),
  cpu: z.string(),
  memory: z.string().optional(),
  memoryReservation: z.string().optional(),
});

/** A task in the shape that DescribeTasks answers (times in seconds since 1970). */
export const taskSchema = z.looseObject({
  taskArn: z.string(),
  clusterArn: z.string(),
  taskDefinitionArn: z.string(),
  group: z.string(),
  startedBy: z.string().optional(),
  launchType: z.string().optional(),
  capacityProviderName: z.string().optional(),
  overrides: overridesSchema,
  containers: z.array(containerSchema),
  healthStatus: z.enum(HEALTH_STATUSES).optional(),
  lastStatus: z.enum(TASK_STATUSES),
  desiredStatus: z.enum(["RUNNING", "STOPPED"]),
  version: z.int(),
  cpu: z.string(),
  memory: z.string(),
  availabilityZone: z.string(),
  attachments: z.array(attachmentSchema),
  tags: tagsSchema,
  createdAt: z.number(),
  connectivity: z.string().optional(),
  connectivityAt: z.number().optional(),
  pullStartedAt: z.number().optional(),
  pullStoppedAt: z.number().optional(),
  startedAt: z.number().optional(),
  stoppingAt: z.number().optional(),
  executionStoppedAt: z.number().optional(),
  stoppedAt: z.number().optional(),
  stopCode: z.string().optional(),
  stoppedReason: z.string().optional(),
});

export type Task = z.infer<typeof taskSchema>;
export type TaskContainer = z.infer<typeof containerSchema>;

export const STOP_CODES = [
  "TaskFailedToStart",
  "EssentialContainerExited",
  "UserInitiated",
  "ServiceSchedulerInitiated",
  "SpotInterruption",
  "TerminationNotice",
  "InfrastructureHealth",
] as const;

export type StopCode = (typeof STOP_CODES)[number];

/** What happens to a task. */
export type TaskEvent =
  | { readonly type: "connected" }
  | { readonly type: "pullStarted" }
  | { readonly type: "pullStopped" }
  | {
      readonly type: "containerStarted";
      readonly name: string;
      readonly runtimeId: string;
      readonly imageDigest?: string;
    }
  | { readonly type: "activating" }
  | { readonly type: "running" }
  | {
      readonly type: "healthChanged";
      readonly name: string;
      readonly healthStatus: HealthStatus;
      /** The whole task's with it. */
      readonly task: HealthStatus;
    }
  | {
      readonly type: "containerStopped";
      readonly name: string;
      readonly exitCode?: number;
      readonly reason?: string;
    }
  | {
      readonly type: "stopRequested";
      /** Undefined where AWS leaves it out. */
      readonly code: StopCode | undefined;
      readonly reason: string;
    }
  | { readonly type: "containersForgotten" }
  | { readonly type: "stopping" }
  | { readonly type: "deprovisioning" }
  | { readonly type: "stopped" };

type EventOf<Type extends TaskEvent["type"]> = Extract<TaskEvent, { type: Type }>;

const CHANGES: {
  readonly [Type in TaskEvent["type"]]: (
    task: Task,
    event: EventOf<Type>,
    at: number,
  ) => Partial<Task>;
} = {
  connected: (task, _event, at) => ({
    lastStatus: "PENDING",
    connectivity: "CONNECTED",
    connectivityAt: at,
    attachments: task.attachments.map((one) => attachInterface(one, regionOf(task))),
    containers: task.containers.map((one) => ({
      ...one,
      networkInterfaces: interfacesOf(task.attachments),
    })),
  }),
  pullStarted: (_task, _event, at) => ({ pullStartedAt: at }),
  pullStopped: (_task, _event, at) => ({ pullStoppedAt: at }),
  containerStarted: (task, { type: _type, name, ...fields }) => ({
    containers: withContainer(task, name, { lastStatus: "RUNNING", ...fields }),
  }),
  activating: () => ({ lastStatus: "ACTIVATING" }),
  running: (_task, _event, at) => ({ lastStatus: "RUNNING", startedAt: at }),
  healthChanged: (task, { name, healthStatus, task: healthOfTask }) => ({
    containers: withContainer(task, name, { healthStatus }),
    healthStatus: healthOfTask,
  }),
  containerStopped: (task, { type: _type, name, ...fields }) => ({
    containers: withContainer(task, name, { lastStatus: "STOPPED", ...fields }),
  }),
  stopRequested: (task, { code, reason }, at) => ({
    desiredStatus: "STOPPED",
    stoppingAt: at,
    ...(code === undefined ? {} : { stopCode: code }),
    stoppedReason: reason,
    ...(task.lastStatus === "RUNNING" ? { lastStatus: "DEACTIVATING" as const } : {}),
  }),
  containersForgotten: () => ({ containers: [] }),
  stopping: () => ({ lastStatus: "STOPPING" }),
  deprovisioning: (task, _event, at) => ({
    lastStatus: "DEPROVISIONING",
    executionStoppedAt: at,
    attachments: task.attachments.map((one) => ({ ...one, status: "DELETED" })),
  }),
  stopped: (task, _event, at) => ({
    lastStatus: "STOPPED",
    stoppedAt: at,
    containers: task.containers.map((one) => ({ ...one, lastStatus: "STOPPED" as const })),
  }),
};

/** The task after an event. A task that was asked to stop once keeps its first reason; a stopped one never changes. */
export function advance(task: Task, event: TaskEvent, at: number): Task {
  if (task.lastStatus === "STOPPED") return task;
  if (event.type === "stopRequested" && task.desiredStatus === "STOPPED") return task;
  const change = CHANGES[event.type] as (task: Task, event: TaskEvent, at: number) => Partial<Task>;
  const changed = change(task, event, at);
  if (changed.lastStatus !== undefined && !isLater(task.lastStatus, changed.lastStatus)) {
    return task;
  }
  return { ...task, ...changed, version: task.version + 1 };
}

function regionOf({ availabilityZone }: Task): string {
  return availabilityZone.slice(0, -1);
}

function isLater(from: TaskStatus, to: TaskStatus): boolean {
  return TASK_STATUSES.indexOf(to) > TASK_STATUSES.indexOf(from);
}

function withContainer(task: Task, name: string, fields: Partial<TaskContainer>): TaskContainer[] {
  return task.containers.map((one) => (one.name === name ? { ...one, ...fields } : one));
}
