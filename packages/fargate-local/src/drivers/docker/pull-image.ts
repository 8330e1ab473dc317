import { SlipwayError } from "@slipway/core";
import { z } from "zod";
import { type DockerClient, readText, refused } from "./docker-client.ts";
import { parseImageName, toEngineReference } from "./image-name.ts";

const progressSchema = z.looseObject({ error: z.string().optional() });
const imageSchema = z.looseObject({
  Id: z.string(),
  RepoDigests: z.array(z.string()).nullish(),
});

/**
 * Pulls an image. One that is named by digest and is there already is not asked for again; one that
 * can't be pulled but is there (built or loaded on this machine) is taken. Throws `IMAGE_NOT_FOUND`.
 */
export async function pullImage(docker: DockerClient, reference: string): Promise<void> {
  if (reference.startsWith("oci://")) {
    throw notPulled(reference, "a Docker engine can't pull from a folder; use the process driver");
  }
  const byDigest = reference.includes("@sha256:");
  if (byDigest && (await findImage(docker, reference)) !== undefined) return;
  const error = await pull(docker, reference);
  if (error === undefined || (await findImage(docker, reference)) !== undefined) return;
  throw notPulled(reference, error);
}

/** The digest of an image that the engine holds, undefined where it holds none by that name. */
export async function findImage(
  docker: DockerClient,
  reference: string,
): Promise<{ readonly digest: string } | undefined> {
  const name = toEngineReference(parseImageName(reference));
  try {
    const image = await docker.call({ method: "GET", path: `/images/${name}/json` }, imageSchema);
    return { digest: image.RepoDigests?.[0]?.split("@")[1] ?? image.Id };
  } catch {
    return undefined;
  }
}

/** The engine's words where the pull failed. */
async function pull(docker: DockerClient, reference: string): Promise<string | undefined> {
  const { fromImage, tag } = parseImageName(reference);
  const call = { method: "POST", path: "/images/create", query: { fromImage, tag } } as const;
  const response = await docker.open(call);
  const text = await readText(response);
  const status = response.statusCode ?? 0;
  if (status >= 400) return refused(call, status, text).message;
  // One JSON object a line; a failure after the start is told in the last one.
  const last = text.trim().split("\n").at(-1) ?? "";
  return last === "" ? undefined : progressSchema.parse(JSON.parse(last)).error;
}

function notPulled(reference: string, why: string): SlipwayError {
  return new SlipwayError("IMAGE_NOT_FOUND", why, { image: reference });
}
