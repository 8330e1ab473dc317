import type { FlowVersion, SlipwayClient } from "@slipway/client";
import { nearest, type SerializedEnvironment, SlipwayError } from "@slipway/core";

export interface RegisteredEnvironment {
  readonly version: FlowVersion;
  readonly environment: SerializedEnvironment;
}

/** The environment of a flow's latest version, from its image. Throws `NOT_FOUND` with the nearest flow's name. */
export async function readRegistered(
  client: SlipwayClient,
  flow: string,
  project: string,
): Promise<RegisteredEnvironment> {
  const flows = await client.flows(project);
  const found = flows.find(({ name }) => name === flow);
  const version = found && (await client.flowVersion(found.latestVersion.id));
  if (!version) {
    throw unknownFlow(
      flow,
      project,
      flows.map(({ name }) => name),
    );
  }
  const { readEnvironment } = await import("@slipway/storage/read");
  return { version, environment: await readEnvironment(version.image) };
}

function unknownFlow(flow: string, project: string, names: readonly string[]): SlipwayError {
  const near = nearest(flow, names);
  const advice = near ? `did you mean ${JSON.stringify(near)}?` : "see `slipway flows list`";
  return new SlipwayError(
    "NOT_FOUND",
    `There is no flow ${JSON.stringify(flow)} in project ${project}; ${advice}`,
    { path: "flow", given: flow, accepted: names },
  );
}
