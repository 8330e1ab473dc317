import { SlipwayError } from "@slipway/core";
import { z } from "zod";
import type { ImageRequest } from "../driver.ts";
import { type DockerClient, readText, refused } from "./docker-client.ts";
import { parseImageName, toEngineReference } from "./image-name.ts";

const progressSchema = z.looseObject({ error: z.string().optional() });
const imageSchema = z.looseObject({
  Id: z.string(),
  RepoDigests: z.array(z.string()).nullish(),
  Os: z.string().optional(),
  Architecture: z.string().optional(),
});

/**
 * Pulls an image. One that is named by digest and is there already is not asked for again; one that
 * can't be pulled but is there (built or loaded on this machine) is taken. Throws `IMAGE_NOT_FOUND`.
 */
export async function pullImage(docker: DockerClient, image: ImageRequest): Promise<void> {
  const { reference } = image;
  if (reference.startsWith("oci://")) {
    throw notPulled(reference, "a Docker engine can't pull from a folder; use the process driver");
  }
  const byDigest = reference.includes("@sha256:");
  if (byDigest && isFor(await findImage(docker, reference), image)) return;
  const error = await pull(docker, image);
  const found = await findImage(docker, reference);
  if (isFor(found, image)) return;
  throw notPulled(reference, error ?? `no image for ${image.platform}`);
}

/** An image of one platform is pulled whatever platform was asked for. */
function isFor(
  found: HeldImage | undefined,
  { platform = found?.platform }: ImageRequest,
): boolean {
  return found !== undefined && found.platform === platform;
}

export interface HeldImage {
  readonly digest: string;
  /** As `os/architecture`. */
  readonly platform: string;
}

/** An image that the engine holds, undefined where it holds none by that name. */
export async function findImage(
  docker: DockerClient,
  reference: string,
): Promise<HeldImage | undefined> {
  const name = toEngineReference(parseImageName(reference));
  try {
    const image = await docker.call({ method: "GET", path: `/images/${name}/json` }, imageSchema);
    const { Id, RepoDigests, Os, Architecture } = image;
    return {
      digest: RepoDigests?.[0]?.split("@")[1] ?? Id,
      platform: `${Os}/${Architecture}`,
    };
  } catch {
    return undefined;
  }
}

/** The engine's words where the pull failed. */
async function pull(docker: DockerClient, image: ImageRequest): Promise<string | undefined> {
  const { platform, credentials } = image;
  const { fromImage, tag } = parseImageName(image.reference);
  const query = { fromImage, tag, ...(platform === undefined ? {} : { platform }) };
  const headers = credentials && { "X-Registry-Auth": encodeCredentials(credentials) };
  const call = { method: "POST", path: "/images/create", query, headers } as const;
  const response = await docker.open(call);
  const text = await readText(response);
  const status = response.statusCode ?? 0;
  if (status >= 400) return refused(call, status, text).message;
  // One JSON object a line; a failure after the start is told in the last one.
  const last = text.trim().split("\n").at(-1) ?? "";
  return last === "" ? undefined : progressSchema.parse(JSON.parse(last)).error;
}

function encodeCredentials(credentials: NonNullable<ImageRequest["credentials"]>): string {
  return Buffer.from(JSON.stringify(credentials)).toString("base64url");
}

function notPulled(reference: string, why: string): SlipwayError {
  return new SlipwayError("IMAGE_NOT_FOUND", why, { image: reference });
}
