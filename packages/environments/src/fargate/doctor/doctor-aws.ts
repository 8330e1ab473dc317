import type { JsonObject, SerializedEnvironment } from "@slipway/core";
import type { Check } from "../../doctor/check.ts";
import { runProbe } from "../../doctor/run-probe.ts";
import { isObject, objectsOf } from "../../plain-read.ts";
import { createScrubber } from "../../scrub.ts";
import { clientConfig, type EcsClientDefaults } from "../client-config.ts";
import { Ecs } from "../ecs.ts";
import { familyIn, familyOf } from "../family.ts";
import { fargateArguments } from "../fargate-arguments.ts";
import { flowContainerName } from "../flow-container.ts";
import { runOf } from "../run-task.ts";
import { shareCloud } from "../shared-cloud.ts";
import { storedArguments } from "../stored-arguments.ts";
import { ecsProbes } from "./ecs-probes.ts";
import { identityProbes } from "./identity-probes.ts";
import { logProbe } from "./log-probe.ts";
import { type PlaceSubject, placeProbe } from "./place-probe.ts";

export interface DoctorOptions {
  /** Names the family where the environment does not. */
  readonly flowName?: string;
}

/**
 * Tries everything that launching a `FargateTaskEnvironment` needs of AWS: credentials, region, cluster and each right,
 * by reads, by a simulation, or by requests that AWS must refuse for their content. Nothing is created or stopped.
 * Throws `ENVIRONMENT_INVALID`, and `ENVIRONMENT_NOT_LAUNCHABLE` for another type of environment.
 */
export async function doctorAws(
  environment: SerializedEnvironment,
  defaults: EcsClientDefaults = {},
  { flowName = "slipway-doctor" }: DoctorOptions = {},
): Promise<readonly Check[]> {
  const given = storedArguments(environment);
  const { clients, release } = shareCloud(clientConfig(given, defaults));
  // What is sent is the subject here, so only the credentials must not come back.
  const scrubber = createScrubber({ ...secretsIn(given), agent: { ...defaults.credentials } });
  try {
    const place = await runProbe(placeProbe({ clients, scrubber }));
    if (place.ok === false) return [place];
    const probes = probesOf(given, { clients, scrubber }, flowName);
    return [place, ...(await Promise.all(probes.map(runProbe)))];
  } finally {
    release();
  }
}

function probesOf(given: JsonObject, { clients, scrubber }: PlaceSubject, flowName: string) {
  const args = fargateArguments(given);
  const { definition, pinned } = args;
  const run = runOf(args, { variant: 0, earlier: [] });
  const overrides = isObject(run["overrides"]) ? run["overrides"] : {};
  const [first = {}] = objectsOf(definition["containerDefinitions"]);
  const { logConfiguration } =
    first["name"] === undefined || first["name"] === flowContainerName(args) ? first : {};
  return [
    ...identityProbes({ clients, scrubber, definition, overrides }),
    ...ecsProbes({
      ecs: new Ecs(clients, scrubber),
      run,
      family: familyIn(pinned ?? familyOf(args, flowName)),
      registers: pinned === undefined,
    }),
    logProbe({
      clients,
      scrubber,
      logConfiguration: isObject(logConfiguration) ? logConfiguration : undefined,
    }),
  ];
}

function secretsIn({ credentials, awsSecretAccessKey, awsSessionToken }: JsonObject): JsonObject {
  return {
    ...(credentials === undefined ? {} : { credentials }),
    ...(awsSecretAccessKey === undefined ? {} : { awsSecretAccessKey }),
    ...(awsSessionToken === undefined ? {} : { awsSessionToken }),
  };
}
