import type { FlowRunDetail, Log } from "@slipway/client";
import { isFinished, type LogLevel } from "@slipway/core";
import type { RunUpdate } from "./progress/run-progress.ts";

/** Turns looks at a run, one after the other, into what has changed between them. */
export class RunDifference {
  readonly #seen = new Map<string, number>();
  #status = "";

  /** What is new in this look, oldest first. */
  since(run: FlowRunDetail, logs: readonly Log[]): readonly RunUpdate[] {
    const updates: RunUpdate[] = [...logs.map(toLogUpdate), ...this.#statusOf(run)];
    for (const { taskSlug, mapIndex, state, stateVersion } of run.taskRuns) {
      if (!this.#isNew(`${taskSlug}[${mapIndex}]`, stateVersion)) continue;
      updates.push({ kind: "taskRunState", task: { taskSlug, mapIndex }, state });
    }
    if (this.#isNew("flow run", run.stateVersion)) {
      const update = { kind: "flowRunState", state: run.state } as const;
      // Where times are equal, the run begins before its tasks and ends after them.
      if (isFinished(run.state)) updates.push(update);
      else updates.unshift(update);
    }
    return updates.sort((a, b) => compare(timeOf(a), timeOf(b)));
  }

  /** What the newest attempt waits for, when that has changed. */
  #statusOf({ attempts }: FlowRunDetail): readonly RunUpdate[] {
    const { status = null, number = 0 } = attempts.at(-1) ?? {};
    const said = `${number} ${status}`;
    if (status === null || this.#status === said) return [];
    this.#status = said;
    const timestamp = new Date().toISOString();
    return [{ kind: "status", timestamp, status }];
  }

  #isNew(key: string, version: number): boolean {
    if (this.#seen.get(key) === version) return false;
    this.#seen.set(key, version);
    return true;
  }
}

const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error", "critical"];

function toLogUpdate({ timestamp, level, message, taskSlug, mapIndex, container }: Log): RunUpdate {
  const from = container === null ? {} : { container };
  const task = taskSlug === null ? {} : { task: { taskSlug, mapIndex: mapIndex ?? -1 } };
  const known = LEVELS.find((candidate) => candidate === level) ?? "info";
  return { kind: "log", record: { timestamp, level: known, message, ...task, ...from } };
}

function timeOf(update: RunUpdate): string {
  if (update.kind === "status") return update.timestamp;
  return update.kind === "log" ? update.record.timestamp : update.state.timestamp;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
