import { type EnvironmentLauncher, type SerializedEnvironment, SlipwayError } from "@slipway/core";
import type { LauncherDefaults } from "./fargate/client-config.ts";
import { FargateLauncher } from "./fargate/fargate-launcher.ts";
import { storedArguments } from "./fargate/stored-arguments.ts";
import { KubernetesJobLauncher } from "./kubernetes/kubernetes-job-launcher.ts";
import { storedArguments as storedJobArguments } from "./kubernetes/stored-arguments.ts";

type CreateLauncher = (
  environment: SerializedEnvironment,
  defaults: LauncherDefaults,
) => EnvironmentLauncher | Promise<EnvironmentLauncher>;

const LAUNCHERS: Readonly<Record<string, CreateLauncher>> = {
  FargateTaskEnvironment: (environment, defaults) =>
    new FargateLauncher(storedArguments(environment), defaults),
  KubernetesJobEnvironment: (environment) =>
    KubernetesJobLauncher.open(storedJobArguments(environment)),
};

/**
 * Makes the launching side of a stored environment. The author's arguments win over `clientDefaults`, and those
 * over what the platform's SDK finds by itself. Throws `ENVIRONMENT_NOT_LAUNCHABLE` for a type or a version that
 * this Slipway does not know, and `ENVIRONMENT_INVALID`.
 */
export async function createLauncher(
  environment: SerializedEnvironment,
  clientDefaults: LauncherDefaults = {},
): Promise<EnvironmentLauncher> {
  const { type, version } = environment;
  const create = Object.hasOwn(LAUNCHERS, type) ? LAUNCHERS[type] : undefined;
  if (create !== undefined && version === 1) return create(environment, clientDefaults);
  const known = Object.keys(LAUNCHERS);
  throw new SlipwayError(
    "ENVIRONMENT_NOT_LAUNCHABLE",
    `This Slipway cannot launch ${String(type)} (version ${String(version)}); it knows ${known.join(" and ")} (version 1), so upgrade the agent or change the flow's environment`,
    { given: { type, version }, accepted: known },
  );
}
