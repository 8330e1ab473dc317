import type { EdgeStructure } from "../structure.ts";
import type { FlowTask } from "./flow-task.ts";

/** The edges of these tasks, by downstream and then in the order in which they were wired. */
export function edgesOf(tasks: readonly FlowTask[]): readonly EdgeStructure[] {
  return tasks.flatMap((task) => [...orderEdges(task), ...inputEdges(task)]);
}

/** The tasks that no other task waits for. */
export function terminalTasks(tasks: readonly FlowTask[]): readonly FlowTask[] {
  const upstreams = new Set(tasks.flatMap((task) => [...task.upstreams]));
  return tasks.filter((task) => !upstreams.has(task));
}

function orderEdges(task: FlowTask): EdgeStructure[] {
  return [...task.after].map((upstream) => ({
    upstream: upstream.slug,
    downstream: task.slug,
    mapped: false,
    flattened: false,
  }));
}

function inputEdges(task: FlowTask): EdgeStructure[] {
  return [...task.inputs].flatMap(([key, { sources, mapped }]) =>
    [...sources].map((source) => ({
      upstream: source.slug,
      downstream: task.slug,
      key,
      mapped,
      flattened: false,
    })),
  );
}
