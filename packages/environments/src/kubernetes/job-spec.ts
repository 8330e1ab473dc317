import { isPlainObject, type JsonObject } from "@slipway/core";
import { type Document, isNode, LineCounter, parseAllDocuments } from "yaml";
import { environmentInvalid } from "../environment-invalid.ts";
import { copyPlain } from "../plain-copy.ts";

const TYPE = "KubernetesJobEnvironment";

/** What every Job says of itself. */
const HEADER = { apiVersion: "batch/v1", kind: "Job" } as const;

/** Reads a Job from YAML (or JSON) text. Throws `ENVIRONMENT_INVALID` with line and column. */
export function parseJobSpec(text: string, file: string): JsonObject {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true });
  const [document, second] = Array.isArray(documents) ? documents : [];
  const [broken] = document?.errors ?? [];
  if (broken !== undefined) {
    const [words = broken.message] = broken.message.split("\n");
    throw wrong(
      `${file}${at(broken.linePos?.[0])}`,
      `is no valid YAML: ${words.replace(/ at line.*/, "")}`,
    );
  }
  if (document === undefined || document.contents === null) {
    throw wrong(file, "is empty; it must hold one Job (apiVersion: batch/v1, kind: Job)");
  }
  if (second !== undefined) {
    const place = at(lines.linePos(second.range?.[0] ?? 0));
    throw wrong(`${file}${place}`, "holds a second document; give each Job a file of its own");
  }
  return checkJob(document.toJS(), file, (key) => placeOf(document, key, lines));
}

/** Checks that an object is a Job. Throws `ENVIRONMENT_INVALID`. */
export function checkJob(
  given: unknown,
  path: string,
  place: (key: string) => string = () => "",
): JsonObject {
  if (!isPlainObject(given)) throw wrong(path, "must be one object: a Job's manifest");
  const { value, missing } = copyPlain(TYPE, given);
  if (missing[0] !== undefined) throw wrong(`${path}.${missing[0]}`, "is undefined");
  for (const [key, accepted] of Object.entries(HEADER)) {
    if (value[key] === accepted) continue;
    throw environmentInvalid({
      type: TYPE,
      path: `${path}${place(key)}`,
      problem: `has ${key} ${JSON.stringify(value[key] ?? null)}; it must be ${accepted}`,
      given: value[key] ?? null,
      accepted,
    });
  }
  checkContainers(value, path);
  return value;
}

function checkContainers({ spec }: JsonObject, path: string): void {
  const steps = ["spec", "template", "spec", "containers"];
  let holder: unknown = { spec };
  for (const [index, step] of steps.entries()) {
    if (!isPlainObject(holder)) {
      throw wrong(`${path}.${steps.slice(0, index).join(".")}`, "must be an object");
    }
    holder = holder[step] ?? (step === "containers" ? [] : {});
  }
  const fine = Array.isArray(holder) && holder.every((container) => isPlainObject(container));
  if (!fine) throw wrong(`${path}.${steps.join(".")}`, "must be a list of containers");
}

function placeOf(document: Document, key: string, lines: LineCounter): string {
  const node = document.get(key, true);
  return isNode(node) && node.range ? at(lines.linePos(node.range[0])) : "";
}

function at(position: { readonly line: number; readonly col: number } | undefined): string {
  return position === undefined ? "" : `:${position.line}:${position.col}`;
}

function wrong(path: string, problem: string) {
  return environmentInvalid({ type: TYPE, path, problem });
}
