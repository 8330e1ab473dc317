/** An image's reference, as the engine's pull call takes it: the name, and the tag or digest. */
export interface ImageName {
  readonly fromImage: string;
  readonly tag: string;
}

/** A digest wins over a tag; without either the tag is `latest` (or the engine would pull every tag). */
export function parseImageName(reference: string): ImageName {
  const [named = "", digest] = reference.split("@");
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const fromImage = hasTag ? named.slice(0, colon) : named;
  return { fromImage, tag: digest ?? (hasTag ? named.slice(colon + 1) : "latest") };
}

/** The reference of an image, as the engine's other calls take it. */
export function toEngineReference({ fromImage, tag }: ImageName): string {
  return tag.startsWith("sha256:") ? `${fromImage}@${tag}` : `${fromImage}:${tag}`;
}
