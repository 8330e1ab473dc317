import { readFile } from "node:fs/promises";
import { messageOf, SlipwayError } from "@slipway/core";
import { parse } from "yaml";
import type { FailureScript } from "./failure-rules.ts";
import { parseFailureScript } from "./failure-script.ts";

/** Reads a script from a YAML (or JSON) file. Throws `INVALID_ARGUMENT`. */
export async function readFailureScript(path: string): Promise<FailureScript> {
  return parseFailureScript(parseYaml(await readText(path), path), path);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw unreadable(
      `can't be read (${messageOf(cause)}); give the path of a YAML file`,
      path,
      cause,
    );
  }
}

function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw unreadable(`is not YAML: ${messageOf(cause)}`, path, cause);
  }
}

function unreadable(problem: string, path: string, cause: unknown): SlipwayError {
  const details = { path: "script", given: path };
  return new SlipwayError("INVALID_ARGUMENT", `The script ${path} ${problem}`, details, { cause });
}
