import { createClient, createRunReporter, type StartedRun } from "@slipway/client";
import { isSlipwayError, messageOf, type RunReporter } from "@slipway/core";
import { stackOf } from "@slipway/engine";
import { LineWriter } from "../log-line.ts";
import {
  type ContainerSettings,
  readResultsDirectory,
  takeContainerSettings,
} from "../settings.ts";
import { captureConsole } from "./console-capture.ts";
import { executeFlow } from "./execute-flow.ts";
import type { LoadModule } from "./load-flow.ts";
import { type Stopping, watchStopSignals } from "./stop-signals.ts";

/** A server that restarts is back by then; a container that never got to its run has to end some time. */
const START_WITHIN_MS = 60_000;

/** Executes the flow run that the container's settings name, and answers the exit code: 1 only where it could not report. */
export async function runInContainer(load: LoadModule): Promise<number> {
  const settings = takeContainerSettings();
  const stopping = watchStopSignals();
  try {
    const started = await startRun(settings);
    await reportRun(load, settings, started, stopping);
    return stopping.exitCode() ?? 0;
  } catch (error) {
    process.stderr.write(`Flow run ${settings.flowRunId} cannot report: ${messageOf(error)}\n`);
    return stopping.exitCode() ?? 1;
  }
}

async function startRun({ url, bootstrapToken }: ContainerSettings): Promise<StartedRun> {
  return createClient({ url, apiKey: bootstrapToken, retryForMs: START_WITHIN_MS }).startRun();
}

async function reportRun(
  load: LoadModule,
  { url }: ContainerSettings,
  { runToken, flowRun }: StartedRun,
  stopping: Stopping,
): Promise<void> {
  const onStopped = (error: unknown) =>
    stopping.stop(new Error(messageOf(error), { cause: error }));
  const server = createRunReporter({ url, runToken, onStopped });
  // What a task prints with `console` is on standard output already; what it logs comes there through the writer.
  const reporter = new LineWriter((line) => process.stdout.write(line), server);
  const capture = captureConsole(server, { echo: true });
  try {
    await executeFlow({
      load,
      flowRunId: flowRun.id,
      flowRunName: flowRun.name,
      parameters: flowRun.parameters,
      reporter,
      resultsDirectory: readResultsDirectory(),
      signal: stopping.signal,
      aroundTask: capture.aroundTask,
    });
  } catch (error) {
    reportFailure(reporter, error);
  } finally {
    await server.close();
  }
}

/** A run whose flow cannot even start has no runner that would end it. */
function reportFailure(reporter: RunReporter, error: unknown): void {
  const timestamp = new Date().toISOString();
  reporter.log({ timestamp, level: "error", message: explain(error) });
  reporter.flowRunState({ type: "Failed", timestamp, message: messageOf(error) });
}

/** What Slipway refused says enough by its message; the stack that helps is the author's own. */
function explain(error: unknown): string {
  if (!isSlipwayError(error)) return stackOf(error);
  return error.cause === undefined ? error.message : `${error.message}\n${stackOf(error.cause)}`;
}
