import { randomUUID } from "node:crypto";
import {
  describeFlow,
  ERROR_CODES,
  isPlainObject,
  isSlipwayError,
  SlipwayError,
  serializeFlow,
} from "@slipway/core";
import { readResultsDirectory } from "../settings.ts";
import { captureConsole } from "./console-capture.ts";
import { executeFlow } from "./execute-flow.ts";
import { type LoadModule, loadFlow } from "./load-flow.ts";
import { ParentChannel } from "./parent-channel.ts";
import { watchStopSignals } from "./stop-signals.ts";

/** Tells the parent what the flow is. */
export function describe(load: LoadModule): Promise<number> {
  return withParent(async (channel) => {
    const flow = await loadFlow(load);
    channel.send({ kind: "description", description: describeFlow(flow) });
    return 0;
  });
}

/** Tells the parent the flow's structure, and looks at nothing else of it. */
export function structure(load: LoadModule): Promise<number> {
  return withParent(async (channel) => {
    channel.send({ kind: "structure", structure: serializeFlow(await loadFlow(load)) });
    return 0;
  });
}

/** Runs the flow with the parameters that the parent sends, and tells the parent all that happens. */
export function run(load: LoadModule): Promise<number> {
  return withParent(async (channel) => {
    const stopping = watchStopSignals();
    process.once("disconnect", () => stopping.stop(new Error("the parent process is gone")));
    const parameters = parseInput(await channel.receive());
    // Or it would keep alive a process in which nothing can happen any more.
    process.channel?.unref();
    // What the parent is told it shows, so printing it here would show it twice.
    const { aroundTask } = captureConsole(channel, { echo: false });
    const flowRunId = randomUUID();
    await executeFlow({
      load,
      flowRunId,
      flowRunName: `local-${flowRunId.slice(0, 8)}`,
      parameters,
      reporter: channel,
      resultsDirectory: readResultsDirectory(),
      signal: stopping.signal,
      aroundTask,
    });
    return stopping.exitCode() ?? 0;
  });
}

async function withParent(work: (channel: ParentChannel) => Promise<number>): Promise<number> {
  const channel = new ParentChannel();
  try {
    return await work(channel);
  } catch (error) {
    channel.sendError(error);
    return isSlipwayError(error) ? ERROR_CODES[error.code] : ERROR_CODES.INTERNAL;
  } finally {
    await channel.flush();
  }
}

function parseInput(message: unknown): Readonly<Record<string, unknown>> {
  const parameters = isPlainObject(message) ? message["parameters"] : undefined;
  if (isPlainObject(parameters)) return parameters;
  throw new SlipwayError("INVALID_ARGUMENT", "The parent sent no parameters to run the flow with", {
    path: "parameters",
    accepted: "an object of parameters by name",
  });
}
