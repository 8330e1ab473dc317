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

/** Each filter: true where the task passes it. */
const FILTERS: readonly ((record: TaskRecord, input: ListTasks) => boolean)[] = [
  ({ task }, { desiredStatus = "RUNNING" }) => task.desiredStatus === desiredStatus,
  ({ task }, { family }) =>
    family === undefined || parseTaskDefinitionName(task.taskDefinitionArn).family === family,
  ({ task }, { startedBy }) => startedBy === undefined || task.startedBy === startedBy,
  ({ task }, { launchType }) => launchType === undefined || task.launchType === launchType,
  // There are no services and no instances, so nothing belongs to one.
  (_record, { serviceName, containerInstance }) =>
    serviceName === undefined && containerInstance === undefined,
];

const listTasks = defineOperation(listTasksSchema, async (input, context) => {
  const { store } = context;
  const cluster = findCluster(store, input.cluster);
  if (
    input.desiredStatus !== undefined &&
    !/^(RUNNING|PENDING|STOPPED)$/.test(input.desiredStatus)
  ) {
    throw invalid("desiredStatus must be RUNNING, PENDING or STOPPED.");
  }
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
