import type { ListTasksCommandInput, Task } from "@aws-sdk/client-ecs";
import { emptyAnswer } from "./cloud-error.ts";
import type { Ecs } from "./ecs.ts";
import { IDENTIFIER_TAG } from "./tags.ts";

/** The most tasks that one ListTasks answers, and that one DescribeTasks takes. */
const PAGE = 100;

export interface WantedTask {
  /** Undefined for the account's default cluster. */
  readonly cluster: string | undefined;
  readonly family: string;
  readonly startedBy: string | undefined;
  readonly attemptId: string;
}

/**
 * Finds the task of an attempt, running or stopped, by its tag. Running ones are looked for first: one that stops in
 * between is among the stopped ones then.
 */
export async function findTask(ecs: Ecs, wanted: WantedTask): Promise<Task | undefined> {
  const { cluster, family, startedBy, attemptId } = wanted;
  const at = cluster === undefined ? {} : { cluster };
  // "When you specify startedBy as the filter, it must be the only filter" (AWS, ListTasks): those are running ones.
  const running =
    startedBy === undefined ? { family, desiredStatus: "RUNNING" as const } : { startedBy };
  return (
    (await findAmong(ecs, { ...at, ...running }, attemptId)) ??
    (await findAmong(ecs, { ...at, family, desiredStatus: "STOPPED" }, attemptId))
  );
}

async function findAmong(ecs: Ecs, filter: ListTasksCommandInput, attemptId: string) {
  let nextToken: string | undefined;
  do {
    const more = nextToken === undefined ? {} : { nextToken };
    const page = await ecs.listTasks({ ...filter, maxResults: PAGE, ...more });
    const found = await findTagged(ecs, filter.cluster, page.taskArns ?? [], attemptId);
    if (found !== undefined) return found;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return undefined;
}

async function findTagged(
  ecs: Ecs,
  cluster: string | undefined,
  taskArns: string[],
  attemptId: string,
): Promise<Task | undefined> {
  if (taskArns.length === 0) return undefined;
  const at = cluster === undefined ? {} : { cluster };
  const { tasks = [], failures = [] } = await ecs.describeTasks({
    ...at,
    tasks: taskArns,
    include: ["TAGS"],
  });
  if (tasks.length + failures.length === 0) throw emptyAnswer("DescribeTasks");
  return tasks.find(({ tags = [] }) =>
    tags.some(({ key, value }) => key === IDENTIFIER_TAG && value === attemptId),
  );
}
