import {
  type EnvironmentLauncher,
  type JsonObject,
  type LaunchRequest,
  type RenderedLaunch,
  type RetryDecision,
  SlipwayError,
} from "@slipway/core";
import { kubernetesArguments } from "./kubernetes-arguments.ts";
import { renderLaunch } from "./render.ts";

/** Shows the Job of a run. This version of Slipway does not send it to a cluster. */
export class KubernetesJobLauncher implements EnvironmentLauncher {
  readonly variants = 1;
  readonly stopGraceMs = 0;
  readonly capacityDeadlineMs = 0;
  readonly #args: JsonObject;

  constructor(args: JsonObject) {
    this.#args = args;
  }

  render(request: LaunchRequest): RenderedLaunch {
    return renderLaunch(kubernetesArguments(this.#args), request);
  }

  async setup(): Promise<never> {
    throw notLaunchable();
  }

  async execute(): Promise<never> {
    throw notLaunchable();
  }

  async find(): Promise<undefined> {
    return undefined;
  }

  async observe(): Promise<never> {
    throw notLaunchable();
  }

  async stop(): Promise<never> {
    throw notLaunchable();
  }

  async logTail(): Promise<readonly string[]> {
    return [];
  }

  retryAfter(): RetryDecision | undefined {
    return undefined;
  }

  close(): void {}
}

function notLaunchable(): SlipwayError {
  return new SlipwayError(
    "ENVIRONMENT_NOT_LAUNCHABLE",
    "This version of Slipway shows the Job of a KubernetesJobEnvironment (`slipway environment render`) but does not launch it; give the flow a FargateTaskEnvironment to run it",
    { type: "KubernetesJobEnvironment" },
  );
}
