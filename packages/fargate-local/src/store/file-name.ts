import { createHash } from "node:crypto";

const READABLE_CHARACTERS = 120;
const HASH_CHARACTERS = 12;

/**
 * A name that a file system takes for any text (`..`, slashes, 512 characters), that no other text has,
 * and that a person still recognises.
 */
export function fileNameOf(text: string): string {
  const readable = text
    .replaceAll(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, READABLE_CHARACTERS);
  const hash = createHash("sha256").update(text).digest("hex").slice(0, HASH_CHARACTERS);
  return readable === "" ? hash : `${readable}-${hash}`;
}

/** The text itself where it is a plain name, so that a person finds the folder by it. */
export function folderNameOf(text: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(text) ? text : fileNameOf(text);
}
