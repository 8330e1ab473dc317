import { z } from "zod";
import { makeSharedFolder } from "../make-folder.ts";
import { LABELS } from "./create-input.ts";
import type { DockerClient } from "./docker-client.ts";
import type { EngineMount } from "./engine-mounts.ts";

const listedSchema = z.looseObject({
  Volumes: z
    .array(z.looseObject({ Name: z.string(), Labels: z.record(z.string(), z.string()).nullish() }))
    .nullish(),
});

/** Makes what the mounts name, unless another container of the task has made it. */
export async function makeVolumes(
  docker: DockerClient,
  mounts: readonly EngineMount[],
  { owner, taskId }: { readonly owner: string; readonly taskId: string },
): Promise<void> {
  for (const { Type, Source } of mounts) {
    if (Type === "bind") makeSharedFolder(Source);
    else {
      const Labels = { [LABELS.owner]: owner, [LABELS.taskId]: taskId };
      const body = { Name: Source, Labels };
      await docker.call({ method: "POST", path: "/volumes/create", body }, z.unknown());
    }
  }
}

/** Removes the owner's volumes of tasks that have ended. */
export async function removeVolumes(
  docker: DockerClient,
  owner: string,
  hasEnded: (taskId: string) => boolean,
): Promise<void> {
  const filters = JSON.stringify({ label: [`${LABELS.owner}=${owner}`] });
  const listed = await docker.call(
    { method: "GET", path: "/volumes", query: { filters } },
    listedSchema,
  );
  const ended = (listed.Volumes ?? []).filter(({ Labels }) =>
    hasEnded(Labels?.[LABELS.taskId] ?? ""),
  );
  await Promise.all(
    ended.map(({ Name }) =>
      docker.call(
        { method: "DELETE", path: `/volumes/${Name}`, query: { force: "true" } },
        z.unknown(),
      ),
    ),
  );
}
