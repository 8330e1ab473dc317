import { resolveParameters } from "@slipway/core";
import { type FlowOutcome, FlowRunner, type FlowRunnerOptions } from "@slipway/engine";
import { type LoadModule, loadFlow } from "./load-flow.ts";
import { orStopped } from "./stop-signals.ts";

export interface ExecuteFlowOptions extends Omit<FlowRunnerOptions, "flow" | "signal"> {
  readonly load: LoadModule;
  readonly onLoaded?: (() => void) | undefined;
  readonly signal: AbortSignal;
}

/** Loads the author's flow and runs it. Throws where there is no flow, or its parameters are refused. */
export async function executeFlow(options: ExecuteFlowOptions): Promise<FlowOutcome> {
  const { load, onLoaded, signal, parameters: given } = options;
  const flow = await orStopped(signal, loadFlow(load));
  onLoaded?.();
  const parameters = await orStopped(signal, resolveParameters(flow.parameters, given));
  return new FlowRunner({ ...options, flow, parameters }).run();
}
