import { type ClientRunReporter, createRunReporter, type StartedRun } from "@slipway/client";
import { isFinished, isSlipwayError, messageOf, type RunReporter } from "@slipway/core";
import { stackOf } from "@slipway/engine";
import { LineWriter } from "../log-line.ts";
import {
  type ContainerSettings,
  readMetadataUri,
  readResultsDirectory,
  takeContainerSettings,
} from "../settings.ts";
import { checkIn } from "./check-in.ts";
import { captureConsole } from "./console-capture.ts";
import { type ContainerStop, watchContainer } from "./container-stop.ts";
import { executeFlow } from "./execute-flow.ts";
import type { LoadModule } from "./load-flow.ts";
import { beforeFirstTask, now, processStartedAt, reached } from "./run-timeline.ts";
import { orStopped } from "./stop-signals.ts";
import { sampleUsage } from "./usage-sampler.ts";

/** How long a cancel may go unheard in a run that has nothing to report. */
const HEARTBEAT_MS = 3_000;

/**
 * Executes the flow run that the container's settings name. Answers the exit code: 0 where the run's end was reported, whatever
 * it was; a signal's where the run is left unfinished; 1 where it could not report.
 */
export async function runInContainer(load: LoadModule): Promise<number> {
  const bootedAt = now();
  const settings = takeContainerSettings();
  const stop = watchContainer();
  try {
    const ended = await stop.orGiveUp(startAndReport(load, settings, stop, bootedAt));
    return ended ? 0 : (stop.exitCode ?? 1);
  } catch (error) {
    process.stderr.write(`Flow run ${settings.flowRunId} cannot report: ${messageOf(error)}\n`);
    return stop.exitCode ?? 1;
  }
}

/** Answers whether the run's end was reported. */
async function startAndReport(
  load: LoadModule,
  settings: ContainerSettings,
  stop: ContainerStop,
  bootedAt: string,
): Promise<boolean> {
  const starting = orStopped(stop.signal, checkIn(settings, stop.signal));
  const usage = sampleUsage(readMetadataUri());
  const started = await starting;
  const server = createRunReporter({
    url: settings.url,
    runToken: started.runToken,
    heartbeatMs: HEARTBEAT_MS,
    usage,
    onCancelRequested: () => stop.cancel(),
    onStopped: (error) => stop.fail(new Error(messageOf(error), { cause: error })),
  });
  server.timeline({ processStartedAt: processStartedAt(), bootedAt, checkedInAt: now() });
  try {
    return await execute(load, started, server, stop);
  } finally {
    await server.close();
  }
}

async function execute(
  load: LoadModule,
  { flowRun }: StartedRun,
  server: ClientRunReporter,
  stop: ContainerStop,
): Promise<boolean> {
  // What a task prints with `console` is on standard output already; what it logs comes there through the writer.
  const reporter = new LineWriter((line) => process.stdout.write(line), server);
  const { aroundTask } = captureConsole(server, { echo: true });
  try {
    const { state } = await executeFlow({
      load,
      onLoaded: () => server.timeline(reached("importedAt")),
      flowRunId: flowRun.id,
      flowRunName: flowRun.name,
      parameters: flowRun.parameters,
      reporter,
      resultsDirectory: readResultsDirectory(),
      signal: stop.signal,
      onStop: (tasksEnded) => stop.endOf(tasksEnded, reporter),
      aroundTask: beforeFirstTask(aroundTask, () => server.timeline(reached("firstTaskAt"))),
    });
    return isFinished(state);
  } catch (error) {
    return endWithoutRunner(reporter, stop, error);
  }
}

/** A run whose flow cannot even start has no runner that would end it. */
async function endWithoutRunner(
  reporter: RunReporter,
  stop: ContainerStop,
  error: unknown,
): Promise<boolean> {
  const as = stop.signal.aborted
    ? await stop.endOf(Promise.resolve(), reporter)
    : ({ type: "Failed", message: messageOf(error) } as const);
  if (as.type === "Unfinished") return false;
  const timestamp = now();
  if (as.type === "Failed") reporter.log({ timestamp, level: "error", message: explain(error) });
  reporter.flowRunState({ ...as, timestamp });
  return true;
}

/** What Slipway refused says enough by its message; the stack that helps is the author's own. */
function explain(error: unknown): string {
  if (!isSlipwayError(error)) return stackOf(error);
  return error.cause === undefined ? error.message : `${error.message}\n${stackOf(error.cause)}`;
}
