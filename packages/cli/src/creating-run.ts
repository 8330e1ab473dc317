import { randomUUID } from "node:crypto";
import type { FlowRun, FlowVersion, SlipwayClient } from "@slipway/client";
import { nearest, SlipwayError } from "@slipway/core";
import { type ParameterFlags, readParameters } from "./parameters.ts";

export interface CreateRunRequest extends ParameterFlags {
  readonly flow: string;
  readonly project: string;
  readonly name?: string | undefined;
}

/** Creates a run of a flow's latest version. Throws `NOT_FOUND` with the nearest flow's name. */
export async function createRun(
  client: SlipwayClient,
  request: CreateRunRequest,
  cwd: string,
): Promise<FlowRun> {
  const version = await latestVersion(client, request);
  const parameters = await readParameters(request, version.structure.parameters, cwd);
  return client.createFlowRun({
    flowVersionId: version.id,
    name: request.name,
    parameters,
    idempotencyKey: randomUUID(), // So that a lost answer can be asked for again.
  });
}

async function latestVersion(
  client: SlipwayClient,
  { flow, project }: CreateRunRequest,
): Promise<FlowVersion> {
  const flows = await client.flows(project);
  const found = flows.find(({ name }) => name === flow);
  const version = found && (await client.flowVersion(found.latestVersion.id));
  if (version) return version;
  const names = flows.map(({ name }) => name);
  const near = nearest(flow, names);
  const advice = near
    ? `did you mean ${JSON.stringify(near)}?`
    : "register it with `slipway register FILE`";
  throw new SlipwayError(
    "NOT_FOUND",
    `There is no flow ${JSON.stringify(flow)} in project ${project}; ${advice}`,
    {
      path: "flow",
      given: flow,
      accepted: names,
    },
  );
}
