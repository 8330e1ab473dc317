import { randomUUID } from "node:crypto";
import { Flow as FlowDefinition, type Json, resolveParameters } from "@slipway/core";
import { type FlowOutcome, FlowRunner } from "@slipway/engine";
import { LineWriter } from "./log-line.ts";
import { readResultsDirectory } from "./settings.ts";

export interface FlowRunOptions {
  readonly parameters?: Readonly<Record<string, Json>>;
  /** How many tasks run at once. */
  readonly concurrency?: number;
  /** Stops the run, which then ends Failed. */
  readonly signal?: AbortSignal;
}

/** A named graph of tasks, with its parameters and where it runs. */
export class Flow extends FlowDefinition {
  /**
   * Runs the flow in this process, without a server, and answers how it and its tasks ended; what tasks
   * log goes to standard error. Throws `UNKNOWN_PARAMETER`, `MISSING_PARAMETER`, `INVALID_PARAMETER`,
   * `FLOW_CYCLE` or `MISSING_INPUT` before anything runs.
   */
  async run(options: FlowRunOptions = {}): Promise<FlowOutcome> {
    const parameters = await resolveParameters(this.parameters, options.parameters ?? {});
    const flowRunId = randomUUID();
    const runner = new FlowRunner({
      flow: this,
      flowRunId,
      flowRunName: `local-${flowRunId.slice(0, 8)}`,
      parameters,
      reporter: new LineWriter((line) => process.stderr.write(line)),
      resultsDirectory: readResultsDirectory(),
      concurrency: options.concurrency,
      signal: options.signal,
    });
    return runner.run();
  }
}
