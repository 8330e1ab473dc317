import { SlipwayError } from "../errors.ts";
import type { FlowTask } from "./flow-task.ts";

/** The tasks, each after all that it waits for, else in the given order. Throws `FLOW_CYCLE`. */
export function orderTasks(tasks: readonly FlowTask[]): readonly FlowTask[] {
  const downstreams = downstreamsOf(tasks);
  const waiting = new Map(tasks.map((task) => [task, task.upstreams.size]));
  const ordered = tasks.filter((task) => waiting.get(task) === 0);
  // The list grows while it is walked: what becomes free is walked later.
  for (const task of ordered) {
    for (const downstream of downstreams.get(task) ?? []) {
      const left = (waiting.get(downstream) ?? 0) - 1;
      waiting.set(downstream, left);
      if (left === 0) ordered.push(downstream);
    }
  }
  if (ordered.length < tasks.length) throw cycleError(tasks, new Set(ordered));
  return ordered;
}

/** For each task, those that wait for it. */
export function downstreamsOf(
  tasks: readonly FlowTask[],
): ReadonlyMap<FlowTask, readonly FlowTask[]> {
  const downstreams = new Map<FlowTask, FlowTask[]>(tasks.map((task) => [task, []]));
  for (const task of tasks) {
    for (const upstream of task.upstreams) downstreams.get(upstream)?.push(task);
  }
  return downstreams;
}

function cycleError(tasks: readonly FlowTask[], ordered: ReadonlySet<FlowTask>): SlipwayError {
  const cycle = findCycle(tasks, ordered).map((task) => task.slug);
  return new SlipwayError(
    "FLOW_CYCLE",
    `The tasks wait for each other in a circle, ${cycle.join(" → ")}: remove one of these edges`,
    { cycle },
  );
}

/** Walks upstream among the tasks that never became free: the walk has to meet itself. */
function findCycle(tasks: readonly FlowTask[], ordered: ReadonlySet<FlowTask>): FlowTask[] {
  const path: FlowTask[] = [];
  let task = tasks.find((candidate) => !ordered.has(candidate));
  while (task !== undefined && !path.includes(task)) {
    path.push(task);
    task = [...task.upstreams].find((upstream) => !ordered.has(upstream));
  }
  const cycle = task === undefined ? path : [...path.slice(path.indexOf(task)), task];
  return cycle.reverse();
}
