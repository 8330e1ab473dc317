import type { Flow, LogRecord, RunReporter, State, TaskRunKey } from "@slipway/core";
import { type FlowOutcome, FlowRunner, type FlowRunnerOptions } from "../src/index.ts";

/** Keeps what is reported, in the form that tests read best. */
export class RecordingReporter implements RunReporter {
  readonly flowStates: State[] = [];
  /** `slug Running`, `slug[0] Success`, in order. */
  readonly taskStates: string[] = [];
  readonly taskMessages = new Map<string, string | undefined>();
  readonly logs: LogRecord[] = [];

  flowRunState(state: State): void {
    this.flowStates.push(state);
  }

  taskRunState(key: TaskRunKey, state: State): void {
    this.taskStates.push(`${nameOf(key)} ${state.type}`);
    this.taskMessages.set(nameOf(key), state.message);
  }

  log(record: LogRecord): void {
    this.logs.push(record);
  }

  async flush(): Promise<void> {}
}

export interface RecordedRun extends FlowOutcome {
  readonly reporter: RecordingReporter;
}

export async function runFlow(
  flow: Flow,
  options: Partial<FlowRunnerOptions> = {},
): Promise<RecordedRun> {
  const reporter = new RecordingReporter();
  const runner = new FlowRunner({
    flow,
    flowRunId: "run-1",
    flowRunName: "swift-otter",
    parameters: {},
    reporter,
    resultsDirectory: "/nowhere",
    ...options,
  });
  return { ...(await runner.run()), reporter };
}

function nameOf({ taskSlug, mapIndex }: TaskRunKey): string {
  return mapIndex === -1 ? taskSlug : `${taskSlug}[${mapIndex}]`;
}
