import { dirname, resolve } from "node:path";
import { isPlainObject, messageOf, SlipwayError } from "@slipway/core";

/** What esbuild says of one mistake. */
interface BundleMistake {
  readonly text: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Turns what esbuild threw into `BUNDLE_FAILED`: the first mistake in the message, all of them in the details. */
export function toBundleError(thrown: unknown, flowFile: string): SlipwayError {
  const mistakes = mistakesIn(thrown, dirname(flowFile));
  const [first, ...others] = mistakes;
  const text =
    first === undefined ? messageOf(thrown) : `${describePlace(first)}${explain(first.text)}`;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return new SlipwayError(
    "BUNDLE_FAILED",
    `The flow file ${flowFile} cannot be bundled: ${text}${more}`,
    { file: flowFile, mistakes },
    { cause: thrown },
  );
}

function mistakesIn(thrown: unknown, folder: string): BundleMistake[] {
  const errors: unknown = thrown instanceof Error && "errors" in thrown ? thrown.errors : undefined;
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((error: unknown) => {
    if (typeof error !== "object" || error === null || !("text" in error)) return [];
    const location = "location" in error && isPlainObject(error.location) ? error.location : {};
    return [{ text: String(error.text), ...parseLocation(location, folder) }];
  });
}

function parseLocation(
  location: Record<string, unknown>,
  folder: string,
): Omit<BundleMistake, "text"> {
  const { file, line, column } = location;
  if (typeof file !== "string" || typeof line !== "number" || typeof column !== "number") return {};
  // The virtual entry is no file of the author's.
  if (file.endsWith("slipway-entry.mjs")) return {};
  return { file: resolve(folder, file), line, column: column + 1 };
}

function describePlace({ file, line, column }: BundleMistake): string {
  return file === undefined ? "" : `${file}:${line}:${column}: `;
}

/** esbuild's words, with what to do next where that is known. */
function explain(text: string): string {
  const native = /No loader is configured for "\.node" files: (\S+)/.exec(text);
  if (native !== null) {
    return `the native module ${native[1]} cannot go into one file: use a package without native code, or put it into the base image and load it with a require of an absolute path`;
  }
  const specifier = /^Could not resolve "([^"]+)"/.exec(text)?.[1];
  if (specifier === undefined) return text;
  if (/^[./]/.test(specifier)) return `there is no file ${specifier}: check the path of the import`;
  const name = packageOf(specifier);
  return `the package "${name}"${specifier === name ? "" : ` (imported as "${specifier}")`} is not there: run "npm install ${name}" in the folder of the flow`;
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
