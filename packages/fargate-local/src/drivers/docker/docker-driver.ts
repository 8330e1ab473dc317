import { z } from "zod";
import type { ContainerRequest, Driver } from "../driver.ts";
import { createInput, LABELS } from "./create-input.ts";
import type { DockerClient } from "./docker-client.ts";
import { dockerContainer, removeContainer } from "./docker-container.ts";
import { findImage, pullImage } from "./pull-image.ts";

const createdSchema = z.looseObject({ Id: z.string() });
const listedSchema = z.array(z.looseObject({ Id: z.string() }));
const inspectedSchema = z.looseObject({ Id: z.string() });
const handleSchema = z.object({ id: z.string(), imageDigest: z.string().optional() });

export interface DockerDriver extends Driver {
  /** Removes the containers of this owner that no task knows: an earlier server was killed while it made them. */
  removeStrays(known: ReadonlySet<string>): Promise<void>;
}

/** Runs containers on a Docker engine. `owner` is told in a label, so that others' containers are left alone. */
export function createDockerDriver(docker: DockerClient, owner: string): DockerDriver {
  return {
    name: "docker",
    survivesRestart: true,
    pull: (image) => pullImage(docker, image),
    start: (request) => start(docker, owner, request),
    async find(handle, output) {
      const parsed = handleSchema.safeParse(handle);
      if (!parsed.success) return undefined;
      const { id, imageDigest } = parsed.data;
      const call = { method: "GET", path: `/containers/${id}/json` } as const;
      const found = await docker.call(call, inspectedSchema).catch(() => undefined);
      if (found === undefined) return undefined;
      const facts = { id, ...(imageDigest === undefined ? {} : { imageDigest }) };
      return dockerContainer(docker, facts, output);
    },
    async close() {
      // Every call has a connection of its own, which ended with it.
    },
    async removeStrays(known) {
      const filters = JSON.stringify({ label: [`${LABELS.owner}=${owner}`] });
      const query = { all: "true", filters };
      const listed = await docker.call(
        { method: "GET", path: "/containers/json", query },
        listedSchema,
      );
      const strays = listed.filter(({ Id }) => !known.has(Id));
      await Promise.all(strays.map(({ Id }) => removeContainer(docker, Id)));
    },
  };
}

async function start(docker: DockerClient, owner: string, request: ContainerRequest) {
  const { container, taskId } = request;
  const { Id: id } = await docker.call(
    {
      method: "POST",
      path: "/containers/create",
      query: { name: `slipway-${taskId}-${container.name}` },
      body: createInput(request, owner, process.platform),
    },
    createdSchema,
  );
  try {
    await docker.call({ method: "POST", path: `/containers/${id}/start` }, z.unknown());
  } catch (error) {
    await removeContainer(docker, id);
    throw error;
  }
  const image = await findImage(docker, container.image ?? "");
  const facts = { id, ...(image === undefined ? {} : { imageDigest: image.digest }) };
  return dockerContainer(docker, facts, request.output);
}
