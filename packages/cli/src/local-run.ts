import { type FlowProcessMessage, isFinished, isSuccessful, type State } from "@slipway/core";
import { type BundledFlow, withBundledFlow } from "./bundled-flow.ts";
import type { Context } from "./context.ts";
import { type FlowProcessEnd, runFlowProcess } from "./flow-process.ts";
import { INTERRUPTED } from "./interrupts.ts";
import { type ParameterFlags, readParameters } from "./parameters.ts";
import { createPresenter, type Presenter } from "./progress/presenter.ts";
import type { RunUpdate } from "./progress/run-progress.ts";

/** Runs a flow file in a process of its own, without a server, and answers the exit code. */
export function runLocally(context: Context, file: string, flags: ParameterFlags): Promise<number> {
  return withBundledFlow(file, context, async (flow) => {
    const { name, parameters: declared } = flow.description.structure;
    const parameters = await readParameters(flags, declared, context.cwd);
    const presenter = createPresenter(context.output, name, flow.description.structure);
    const watch = watchStates(presenter);
    const end = await start(context, flow, parameters, watch.onMessage).finally(() =>
      presenter.end(),
    );
    return toExitCode(context, end, watch.last());
  });
}

function start(
  { settings, signal, output, cwd }: Context,
  { bundle }: BundledFlow,
  parameters: Awaited<ReturnType<typeof readParameters>>,
  onMessage: (message: FlowProcessMessage) => void,
): Promise<FlowProcessEnd> {
  return runFlowProcess({
    bundlePath: bundle.path,
    parameters,
    cwd,
    environment: settings.environment,
    signal,
    onMessage,
    onLine: (line) => output.remark(line),
  });
}

function watchStates(presenter: Presenter) {
  let last: State | undefined;
  return {
    last: () => last,
    onMessage(message: FlowProcessMessage): void {
      if (!isUpdate(message)) return;
      if (message.kind === "flowRunState") last = message.state;
      presenter.update(message);
    },
  };
}

/** All but the answers to questions that a `run` is not asked, and the error that ends it. */
function isUpdate(message: FlowProcessMessage): message is Exclude<RunUpdate, { kind: "status" }> {
  return !["description", "structure", "error"].includes(message.kind);
}

function toExitCode(
  { signal, output }: Context,
  end: FlowProcessEnd,
  last: State | undefined,
): number {
  if (signal.aborted) return INTERRUPTED;
  if (end.error) throw end.error;
  if (last && isFinished(last)) return isSuccessful(last) ? 0 : 1;
  const how = end.signal ? `was ended by ${end.signal}` : `ended with exit code ${end.exitCode}`;
  output.answer(
    {
      kind: "flowRunState",
      state: {
        type: "Failed",
        timestamp: new Date().toISOString(),
        message: `The flow's process ${how}`,
      },
    },
    `The flow's process ${how} before the run had finished`,
  );
  return 1;
}
