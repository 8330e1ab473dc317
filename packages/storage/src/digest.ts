import { createHash } from "node:crypto";
import { invariant, SlipwayError } from "@slipway/core";

export function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Passes chunks on, and throws `IMAGE_INVALID` unless they are exactly what the digest and size promise. */
export async function* verified(
  chunks: AsyncIterable<Uint8Array>,
  expected: { readonly digest: string; readonly size: number },
  where: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > expected.size) break;
    hash.update(chunk);
    yield chunk;
  }
  const digest = `sha256:${hash.digest("hex")}`;
  if (size === expected.size && digest === expected.digest) return;
  throw new SlipwayError(
    "IMAGE_INVALID",
    `The blob ${expected.digest} in ${where} is not what its digest and size say: register the flow again`,
    { where, digest: expected.digest, size: expected.size },
  );
}

/** Collects chunks up to a limit; nothing where there are more bytes than that. */
export async function collect(
  chunks: AsyncIterable<unknown>,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of toBytes(chunks)) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** Some streams do not say in their type what they give. */
export async function* toBytes(chunks: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    invariant(chunk instanceof Uint8Array, "A stream of bytes gave something else");
    yield chunk;
  }
}
