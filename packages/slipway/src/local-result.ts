import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, extname, isAbsolute, join, sep } from "node:path";
import { messageOf, type ResultContext, type ResultWriter, SlipwayError } from "@slipway/core";

export interface LocalResultOptions {
  /**
   * The file, relative to the results folder. May hold `{flowRunId}`, `{taskSlug}`, `{mapIndex}` and
   * `{parameters.name}`.
   */
  readonly location: string;
  /** `text` writes a text as it is; `json`, the default, any value that JSON can hold. */
  readonly serializer?: "text" | "json";
}

const PLACEHOLDER = /\{([^{}]*)\}/g;
const KNOWN = ["flowRunId", "taskSlug", "mapIndex"] as const;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".csv": "text/csv",
  ".html": "text/html",
  ".md": "text/markdown",
  ".svg": "image/svg+xml",
};

/** Keeps a task's value in a file of the results folder. Throws `INVALID_ARGUMENT` for a location that cannot be right. */
export function localResult(options: LocalResultOptions): ResultWriter {
  const { location, serializer = "json" } = options;
  checkTemplate(location);
  return {
    async write(value, context) {
      const path = locate(location, context);
      await writeAtomically(path, serialize(value, serializer, context.taskSlug));
      return { location: path, contentType: contentTypeOf(path, serializer) };
    },
  };
}

/** The absolute path of a result. Throws `INVALID_ARGUMENT` where it would leave the results folder. */
export function locate(template: string, context: ResultContext): string {
  if (context.mapIndex >= 0 && !template.includes("{mapIndex}")) {
    throw invalid(
      template,
      `Every element of task "${context.taskSlug}" would write the file ${template}: put {mapIndex} into its location`,
    );
  }
  const relative = template.replace(PLACEHOLDER, (_all, name: string) => fill(name, context));
  const path = join(context.resultsDirectory, relative);
  if (isInside(path, context.resultsDirectory)) return path;
  throw invalid(
    template,
    `The result's location ${relative} leaves the results folder: name a file inside it`,
  );
}

function checkTemplate(template: string): void {
  if (template.trim() === "" || isAbsolute(template)) {
    throw invalid(
      template,
      `The result's location ${JSON.stringify(template)} is no path relative to the results folder`,
    );
  }
  for (const [placeholder, name = ""] of template.matchAll(PLACEHOLDER)) {
    if (name.startsWith("parameters.") || KNOWN.some((known) => known === name)) continue;
    throw invalid(
      template,
      `The result's location has ${placeholder}: only {${KNOWN.join("}, {")}} and {parameters.name} are known`,
    );
  }
}

function fill(name: string, context: ResultContext): string {
  const known = KNOWN.find((each) => each === name);
  if (known !== undefined) return String(context[known]);
  const parameter = name.slice("parameters.".length);
  const value = context.parameters[parameter];
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  throw invalid(
    name,
    `The result's location has {${name}}, but the run has no text or number of that name`,
  );
}

function isInside(path: string, directory: string): boolean {
  const folder = directory.endsWith(sep) ? directory : directory + sep;
  return path.startsWith(folder) && path.length > folder.length && !path.endsWith(sep);
}

function serialize(value: unknown, serializer: "text" | "json", taskSlug: string): string {
  const text = serializer === "text" ? value : JSON.stringify(value, null, 2);
  if (typeof text === "string") return serializer === "text" ? text : `${text}\n`;
  const accepted = serializer === "text" ? "a text" : "a value that JSON can hold";
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    `Task "${taskSlug}" returned ${typeof value}, but its result has to be ${accepted}: return one, or choose another serializer`,
    { task: taskSlug, given: typeof value, accepted },
  );
}

/** Whoever reads the file sees the old content or the new, never half of it. */
async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFailure(path, error);
  }
}

function writeFailure(path: string, cause: unknown): SlipwayError {
  const message = `The result cannot be written to ${path}: ${messageOf(cause)}`;
  return new SlipwayError("INVALID_ARGUMENT", message, { path }, { cause });
}

function contentTypeOf(path: string, serializer: "text" | "json"): string {
  if (serializer === "json") return "application/json";
  return CONTENT_TYPES[extname(path).toLowerCase()] ?? "text/plain";
}

function invalid(given: string, message: string): SlipwayError {
  return new SlipwayError("INVALID_ARGUMENT", message, { path: "location", given });
}
