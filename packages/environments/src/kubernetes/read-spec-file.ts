import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { messageOf } from "@slipway/core";
import { kubernetesInvalid } from "./kubernetes-invalid.ts";

/** A Job's manifest is a few kilobytes; a megabyte is another file, by mistake. */
const MOST_BYTES = 1_000_000;

/** The text of a Job's file, relative to the working directory. Throws `ENVIRONMENT_INVALID`. */
export function readSpecFile(file: string): { readonly path: string; readonly text: string } {
  const path = resolve(file);
  return { path, text: decode(path, file, readBytes(path, file)) };
}

function readBytes(path: string, file: string): Buffer {
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) {
      throw refuse(
        file,
        `names ${path}, which has ${size} bytes; a Job's file has at most ${MOST_BYTES}`,
      );
    }
    bytes = readFileSync(path);
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    const why = "code" in error && error.code === "EISDIR" ? "it is a folder" : messageOf(error);
    throw refuse(
      file,
      `names ${path}, which cannot be read (${why}); give a path relative to the flow file`,
      error,
    );
  }
  return bytes;
}

function decode(path: string, file: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw refuse(file, `names ${path}, which is no text in UTF-8; save it as UTF-8`, error);
  }
}

function refuse(given: string, problem: string, thrown?: unknown) {
  const accepted = "a YAML or JSON file with one Job";
  return kubernetesInvalid({ path: "jobSpecFile", problem, given, accepted }, thrown);
}
