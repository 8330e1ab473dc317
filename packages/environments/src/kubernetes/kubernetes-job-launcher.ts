import {
  type EnvironmentLauncher,
  type JsonObject,
  type LaunchRequest,
  type RenderedLaunch,
  SlipwayError,
} from "@slipway/core";
import { checkJob } from "./job-spec.ts";
import { renderJob } from "./render.ts";

/** Shows the Job of a run. This version of Slipway does not send it to a cluster. */
export class KubernetesJobLauncher implements EnvironmentLauncher {
  readonly #args: JsonObject;

  constructor(args: JsonObject) {
    checkJob(args["jobSpec"], "jobSpec");
    this.#args = args;
  }

  render(request: LaunchRequest): RenderedLaunch {
    return { CreateNamespacedJob: renderJob(this.#args, request) };
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

  close(): void {}
}

function notLaunchable(): SlipwayError {
  return new SlipwayError(
    "ENVIRONMENT_NOT_LAUNCHABLE",
    "This version of Slipway shows the Job of a KubernetesJobEnvironment (`slipway environment render`) but does not launch it; give the flow a FargateTaskEnvironment to run it",
    { type: "KubernetesJobEnvironment" },
  );
}
