import { isFailed, type State } from "@slipway/core";
import type { RunUpdate, ShownLog } from "./run-progress.ts";

/**
 * One update as lines for a pipe or a log file: none for what would only make noise, such as each
 * element of a mapped task that goes well.
 */
export function plainLines(update: RunUpdate): readonly string[] {
  if (update.kind === "log") {
    const { timestamp, level, message } = update.record;
    const name = sourceOf(update.record);
    const source = name && `${name}${update.record.container ? "" : ":"} `;
    return message
      .split("\n")
      .map((line) => `${clock(timestamp)}  ${level.padEnd(8)}  ${source}${line}`);
  }
  if (update.kind === "status") return [`${clock(update.timestamp)}  status    ${update.status}`];
  if (update.kind === "flowRunState") return [stateLine("flow run", update.state)];
  const { taskSlug, mapIndex } = update.task;
  if (mapIndex >= 0 && !isFailed(update.state)) return [];
  if (update.state.type === "Pending" && !update.state.message) return [];
  return [stateLine(nameOf(taskSlug, mapIndex), update.state)];
}

/** Who says a line: nobody in particular, a task, or a container in brackets. */
export function sourceOf({ task, container }: ShownLog): string {
  if (container !== undefined) return `[${container}]`;
  return task ? nameOf(task.taskSlug, task.mapIndex) : "";
}

function stateLine(name: string, state: State): string {
  const children = state.type === "Mapped" ? ` (${state.children} elements)` : "";
  const message = state.message ? `: ${state.message}` : "";
  const result =
    state.type === "Success" && state.result ? `, result in ${state.result.location}` : "";
  return `${clock(state.timestamp)}  state     ${name}: ${state.type}${children}${message}${result}`;
}

export function nameOf(taskSlug: string, mapIndex: number): string {
  return mapIndex >= 0 ? `${taskSlug}[${mapIndex}]` : taskSlug;
}

/** The time of day of an ISO 8601 time, in UTC as it was given. */
function clock(timestamp: string): string {
  return timestamp.slice(11, 23);
}
