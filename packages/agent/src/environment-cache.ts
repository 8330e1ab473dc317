import type { SerializedEnvironment } from "@slipway/core";

export type ReadEnvironment = (image: string) => Promise<SerializedEnvironment>;

/** Reads each image's environment once, and forgets the one that was not asked for the longest when there are more than `most`. */
export function cached(read: ReadEnvironment, most: number): ReadEnvironment {
  // Images are named by digest, so what was read once stays true. A Map keeps the order of insertion.
  const kept = new Map<string, SerializedEnvironment>();
  const keep = (image: string, environment: SerializedEnvironment) => {
    kept.delete(image);
    kept.set(image, environment);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return environment;
  };
  return async (image) => keep(image, kept.get(image) ?? (await read(image)));
}
