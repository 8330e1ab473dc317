import { z } from "zod";
import { parseTaskDefinitionName, shortName, taskArn } from "../../model/arn.ts";
import { refusal, toError } from "../../model/refusal.ts";
import type { TaskRecord } from "../../store/store.ts";
import { findCluster, findTask, tasksOf } from "../lookup.ts";
import { defineOperation, type Operation, type OperationContext } from "../operation.ts";
import { pageFields, pageOf } from "../pagination.ts";
import { runTask } from "./run-task.ts";

const MAX_DESCRIBED = 100;
const MAX_REASON = 1024;

const describeTasks = defineOperation(
  z.looseObject({
    cluster: z.string().optional(),
    tasks: z.array(z.string()).optional(),
    include: z.array(z.string()).optional(),
  }),
  async (input, context) => {
    const { store, region } = context;
    const cluster = findCluster(store, input.cluster);
    const given = input.tasks ?? [];
    if (given.length === 0) throw invalid("Tasks cannot be empty.");
    if (given.length > MAX_DESCRIBED) {
      throw invalid(`tasks can have at most ${MAX_DESCRIBED} items.`);
    }
    const found = given.map((name) => {
      const record = findTask(store, cluster, name);
      return { name, record: record && isSettled(record, context) ? record : undefined };
    });
    const withTags = input.include?.includes("TAGS") ?? false;
    return {
      tasks: found.flatMap(({ record }) => (record === undefined ? [] : [show(record, withTags)])),
      failures: found
        .filter(({ record }) => record === undefined)
        .map(({ name }) => ({
          arn: taskArn(region, cluster.name, shortName(name)),
          reason: "MISSING",
        })),
    };
  },
);

const listTasksSchema = z.looseObject({
  cluster: z.string().optional(),
  family: z.string().optional(),
  startedBy: z.string().optional(),
  desiredStatus: z.string().optional(),
  launchType: z.string().optional(),
  serviceName: z.string().optional(),
  containerInstance: z.string().optional(),
  ...pageFields,
});

type ListTasks = z.infer<typeof listTasksSchema>;

const DESIRED_STATUSES = ["RUNNING", "PENDING", "STOPPED"];
const LAUNCH_TYPES = ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];

/** Filters that AWS does not take together with `startedBy`, nor with each other's tasks. */
function assertListable(input: ListTasks): void {
  const { desiredStatus, launchType, startedBy, family, serviceName, containerInstance } = input;
  const others = [family, launchType, serviceName, containerInstance];
  if (startedBy !== undefined && others.some((filter) => filter !== undefined)) {
    throw invalid("cannot specify startedBy with other arguments");
  }
  if (family !== undefined && serviceName !== undefined) {
    throw invalid("cannot specify serviceName with family");
  }
  if (desiredStatus !== undefined && !DESIRED_STATUSES.includes(desiredStatus)) {
    throw invalid(`desiredStatus must be one of ${DESIRED_STATUSES.join(", ")}.`);
  }
  if (launchType !== undefined && !LAUNCH_TYPES.includes(launchType)) {
    throw invalid("Invalid launch type.");
  }
  // There are no services and no instances here, so none that is named is found.
  if (serviceName !== undefined) {
    throw toError(refusal("ServiceNotFoundException", "Service not found."));
  }
  if (containerInstance !== undefined) throw invalid("Referenced container instance not found.");
}

/** Each filter: true where the task passes it. */
const FILTERS: readonly ((record: TaskRecord, input: ListTasks) => boolean)[] = [
  ({ task }, { desiredStatus = "RUNNING" }) => task.desiredStatus === desiredStatus,
  ({ task }, { family }) =>
    family === undefined || parseTaskDefinitionName(task.taskDefinitionArn).family === family,
  ({ task }, { startedBy }) => startedBy === undefined || task.startedBy === startedBy,
  ({ task }, { launchType }) => launchType === undefined || task.launchType === launchType,
];

const listTasks = defineOperation(listTasksSchema, async (input, context) => {
  const { store } = context;
  const cluster = findCluster(store, input.cluster);
  assertListable(input);
  const arns = tasksOf(store, cluster)
    .filter((record) => isSettled(record, context))
    .filter((record) => FILTERS.every((passes) => passes(record, input)))
    .map(({ task }) => task.taskArn);
  const { items, ...rest } = pageOf(arns, input);
  return { taskArns: items, ...rest };
});

const stopTask = defineOperation(
  z.looseObject({
    cluster: z.string().optional(),
    task: z.string().optional(),
    reason: z.string().optional(),
  }),
  async (input, { store, tasks }) => {
    const cluster = findCluster(store, input.cluster);
    const record = findTask(store, cluster, input.task ?? "");
    if (record === undefined) throw invalid("The referenced task was not found.");
    const reason = (input.reason ?? "Task stopped by user").slice(0, MAX_REASON);
    tasks.stop(record.id, "UserInitiated", reason);
    await store.tasks.flush();
    return { task: show(store.tasks.get(record.id) ?? record, false) };
  },
);

/** ECS is eventually consistent: a new task may not be known yet. */
function isSettled({ task }: TaskRecord, { settleS, now }: OperationContext): boolean {
  return now() - task.createdAt >= settleS;
}

function show({ task }: TaskRecord, withTags: boolean): Record<string, unknown> {
  return withTags ? task : { ...task, tags: [] };
}

function invalid(message: string) {
  return toError(refusal("InvalidParameterException", message));
}

export const taskOperations: Readonly<Record<string, Operation>> = {
  RunTask: runTask,
  DescribeTasks: describeTasks,
  ListTasks: listTasks,
  StopTask: stopTask,
};
