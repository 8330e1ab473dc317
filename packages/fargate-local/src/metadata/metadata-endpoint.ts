import type { TaskContainer } from "../model/task.ts";
import type { TaskDefinition } from "../model/task-definition.ts";
import type { Store, TaskRecord } from "../store/store.ts";
import type { TaskService } from "../tasks/task-service.ts";
import { containerMetadata, statsMetadata, taskMetadata, taskWithTags } from "./task-metadata.ts";

const PATH = /^\/v4\/(?<task>[0-9a-f]{32})-(?<index>\d{10})(?<rest>\/[A-Za-z/]+)?$/;

interface Asked {
  readonly record: TaskRecord;
  readonly definition: TaskDefinition;
  readonly container: TaskContainer;
  readonly tasks: TaskService;
}

/** What a container may ask, by the part of the path after its own address. */
const ANSWERS: Readonly<Record<string, (asked: Asked) => unknown>> = {
  "": ({ record, definition, container }) => containerMetadata(record.task, definition, container),
  "/task": ({ record, definition }) => taskMetadata(record.task, definition),
  "/taskWithTags": ({ record, definition }) => taskWithTags(record.task, definition),
  "/stats": async ({ record, container, tasks }) =>
    statsMetadata(record.task, container, await tasks.stats(record.id, container.name)),
  "/task/stats": taskStats,
};

/** The address of a container's metadata: the same after a restart. */
export function metadataPath(taskId: string, containerIndex: number): string {
  return `/v4/${taskId}-${String(containerIndex).padStart(10, "0")}`;
}

/** The answer to a path of the task metadata endpoint (version 4); undefined where there is none. */
export async function readMetadata(
  path: string,
  store: Store,
  tasks: TaskService,
): Promise<unknown> {
  const { task: id = "", index = "", rest = "" } = PATH.exec(path)?.groups ?? {};
  const record = store.tasks.get(id);
  const container = record?.task.containers[Number(index)];
  if (record === undefined || container === undefined) return undefined;
  const key = record.task.taskDefinitionArn.split("/").at(-1) ?? "";
  const definition = store.definitions.get(key)?.definition;
  if (definition === undefined) return undefined;
  return ANSWERS[rest]?.({ record, definition, container, tasks });
}

async function taskStats({ record, tasks }: Asked): Promise<Record<string, unknown>> {
  const entries = record.task.containers.map(async (container) => {
    const stats = await tasks.stats(record.id, container.name);
    return [container.runtimeId ?? container.name, statsMetadata(record.task, container, stats)];
  });
  return Object.fromEntries(await Promise.all(entries));
}
