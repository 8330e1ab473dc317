import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  isPlainObject,
  type Json,
  type JsonObject,
  messageOf,
  type ParameterStructure,
} from "@slipway/core";
import { invalidArgument } from "./invalid-argument.ts";

/** How parameters are given on the command line. */
export interface ParameterFlags {
  readonly param?: readonly string[];
  readonly parametersFile?: string;
}

/** Commander's way of collecting an option that may be given many times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/**
 * The parameters that the flags give; `-p` wins over the file. A value is read as JSON where it is
 * JSON, and as text otherwise or where the parameter takes text alone. Throws `INVALID_ARGUMENT`.
 */
export async function readParameters(
  flags: ParameterFlags,
  declared: readonly ParameterStructure[],
  cwd: string,
): Promise<JsonObject> {
  const fromFile = flags.parametersFile ? await readFileOf(resolve(cwd, flags.parametersFile)) : {};
  const single = (flags.param ?? []).map((given) => parseParameter(given, declared));
  return { ...fromFile, ...Object.fromEntries(single) };
}

function parseParameter(
  given: string,
  declared: readonly ParameterStructure[],
): readonly [string, Json] {
  const [, name, text] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  if (name === undefined || text === undefined) {
    throw invalidArgument(`-p ${given} has no value; write it as -p name=value`, {
      path: "-p",
      given,
      accepted: "name=value, the value as text or JSON",
    });
  }
  const schema = declared.find((parameter) => parameter.name === name)?.schema ?? {};
  return [name, takesTextAlone(schema) ? text : parseValue(text)];
}

function takesTextAlone(schema: JsonObject): boolean {
  const { type, enum: choices } = schema;
  return (
    type === "string" ||
    (Array.isArray(choices) && choices.every((choice) => typeof choice === "string"))
  );
}

function parseValue(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function readFileOf(file: string): Promise<JsonObject> {
  const value = await parseFile(file);
  if (isPlainObject(value)) return value as JsonObject; // JSON.parse gave it.
  throw invalidArgument(`${file} holds no JSON object of parameters`, {
    path: "--parameters-file",
    given: file,
    accepted: '{ "name": value, … }',
  });
}

async function parseFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw invalidArgument(
      `${file} cannot be read as JSON: ${messageOf(cause)}`,
      { path: "--parameters-file", given: file },
      cause,
    );
  }
}
