import { z } from "zod";
import type { ContainerRequest, Driver, RunningContainer } from "../driver.ts";
import { unmetByAll } from "../unmet.ts";
import { createInput, LABELS } from "./create-input.ts";
import type { DockerClient } from "./docker-client.ts";
import { dockerContainer, removeContainer } from "./docker-container.ts";
import { engineMounts } from "./engine-mounts.ts";
import { makeVolumes, removeVolumes } from "./engine-volumes.ts";
import { findImage, pullImage } from "./pull-image.ts";

const createdSchema = z.looseObject({ Id: z.string() });
const listedSchema = z.array(
  z.looseObject({ Id: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
);
const inspectedSchema = z.looseObject({ Id: z.string() });
const infoSchema = z.looseObject({ NCPU: z.int().optional() });
const handleSchema = z.object({
  id: z.string(),
  imageDigest: z.string().optional(),
  /** What its output and its health are read by. */
  hasTerminal: z.boolean().optional(),
  hasHealthCheck: z.boolean().optional(),
});

/** What of an earlier server is still in use. */
export interface KnownToTasks {
  readonly containers: ReadonlySet<string>;
  readonly tasks: ReadonlySet<string>;
  /** Tells a task that was launched since: it has the containers and volumes that it is making. */
  isNew(taskId: string): boolean;
}

export interface DockerDriver extends Driver {
  /** Removes the containers and volumes of this owner that no task knows: an earlier server was killed while it made them. */
  removeStrays(known: KnownToTasks): Promise<void>;
}

export interface DockerDriverOptions {
  /** Where the folders of file systems lie; told in a label, so that others' containers are left alone. */
  readonly dataDir: string;
}

/** Runs containers on a Docker engine. */
export function createDockerDriver(
  docker: DockerClient,
  { dataDir }: DockerDriverOptions,
): DockerDriver {
  const processors = processorCount(docker);
  return {
    name: "docker",
    survivesRestart: true,
    pull: (image) => pullImage(docker, image),
    start: (request) => start(docker, dataDir, processors, request),
    unmet: unmetByAll,
    async find(handle, sinks) {
      const parsed = handleSchema.safeParse(handle);
      if (!parsed.success) return undefined;
      const call = { method: "GET", path: `/containers/${parsed.data.id}/json` } as const;
      const found = await docker.call(call, inspectedSchema).catch(() => undefined);
      return found && dockerContainer(docker, parsed.data, sinks);
    },
    async endLeftBehind() {
      // A container's processes end with it, and containers without a handle are found as strays.
    },
    release: (taskId) => removeVolumes(docker, dataDir, (id) => id === taskId),
    async close() {
      // Every call has a connection of its own, which ended with it.
    },
    async removeStrays(known) {
      const filters = JSON.stringify({ label: [`${LABELS.owner}=${dataDir}`] });
      const query = { all: "true", filters };
      const listed = await docker.call(
        { method: "GET", path: "/containers/json", query },
        listedSchema,
      );
      const isNew = (labels: (typeof listed)[number]["Labels"]) =>
        known.isNew(labels?.[LABELS.taskId] ?? "");
      const strays = listed.filter(({ Id, Labels }) => !known.containers.has(Id) && !isNew(Labels));
      await Promise.all(strays.map(({ Id }) => removeContainer(docker, Id)));
      await removeVolumes(docker, dataDir, (id) => !known.tasks.has(id) && !known.isNew(id));
    },
  };
}

async function start(
  docker: DockerClient,
  dataDir: string,
  processors: () => Promise<number>,
  request: ContainerRequest,
): Promise<RunningContainer> {
  const { container, taskId, image, mounts } = request;
  const own = engineMounts(mounts, dataDir, taskId);
  await makeVolumes(docker, own, { owner: dataDir, taskId });
  const engine = { owner: dataDir, platform: process.platform, processors: await processors() };
  const name = `slipway-${taskId}-${container.name}`;
  const { Id: id } = await docker.call(
    {
      method: "POST",
      path: "/containers/create",
      query: { name, ...(image.platform === undefined ? {} : { platform: image.platform }) },
      body: createInput(request, own, engine),
    },
    createdSchema,
  );
  try {
    await docker.call({ method: "POST", path: `/containers/${id}/start` }, z.unknown());
  } catch (error) {
    await removeContainer(docker, id);
    throw error;
  }
  const found = await findImage(docker, container.image ?? "");
  const handle = {
    id,
    ...(found === undefined ? {} : { imageDigest: found.digest }),
    ...(container.pseudoTerminal ? { hasTerminal: true } : {}),
    ...(container.healthCheck === undefined ? {} : { hasHealthCheck: true }),
  };
  return dockerContainer(docker, handle, request);
}

/** How many processors the engine has, asked once: more than those would be refused. */
function processorCount(docker: DockerClient): () => Promise<number> {
  let known: number | undefined;
  return async () => {
    if (known !== undefined) return known;
    const { NCPU } = await docker.call({ method: "GET", path: "/info" }, infoSchema);
    known = NCPU ?? 1;
    return known;
  };
}
