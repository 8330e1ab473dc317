import { nearest, SlipwayError } from "@slipway/core";
import type { z } from "zod";

export type Path = readonly (string | number)[];

/** Where a value stands: in which script, and where in it. */
export interface Place {
  readonly source: string;
  readonly path: Path;
}

export function at({ source, path }: Place, ...more: Path): Place {
  return { source, path: [...path, ...more] };
}

interface Problem {
  readonly given: unknown;
  readonly must: string;
  readonly accepted?: readonly string[];
}

/** The error for one value of a script. */
export function scriptError(
  { source, path }: Place,
  { given, must, accepted }: Problem,
): SlipwayError {
  const where = pathText(path);
  const near = typeof given === "string" && accepted ? nearest(given, accepted) : undefined;
  const mend = near === undefined ? "" : `; did you mean "${near}"?`;
  return new SlipwayError(
    "INVALID_ARGUMENT",
    `${source}: ${where === "" ? "the script" : where} ${must}, not ${shown(given)}${mend}`,
    {
      source,
      path: where,
      given,
      ...(accepted === undefined ? {} : { accepted }),
      ...(near === undefined ? {} : { nearest: near }),
    },
  );
}

/** The value as the schema has it. Throws `INVALID_ARGUMENT` for the first thing that is wrong. */
export function parsePart<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
  place: Place,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  // A name that is misspelt is also one that is missing: the misspelling is what to mend.
  const { issues } = parsed.error;
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  if (issue === undefined) throw scriptError(place, { given: value, must: "must be otherwise" });
  throw errorOf(issue, value, place, Object.keys(schema.shape));
}

function errorOf(
  issue: z.core.$ZodIssue,
  value: unknown,
  place: Place,
  fields: readonly string[],
): SlipwayError {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  const here = at(place, ...path);
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    return scriptError(here, { given: key, ...oneOf(fields, "can have only the fields") });
  }
  const given = valueAt(value, path);
  if (issue.code === "invalid_value") {
    return scriptError(here, { given, ...oneOf(issue.values.map(String)) });
  }
  // A schema's own words are better than a type's name.
  const isPlain = issue.code === "invalid_type" && issue.message.startsWith("Invalid input");
  const must = isPlain ? `must be ${kindOf(issue.expected)}` : issue.message;
  return scriptError(here, { given, must });
}

export function oneOf(
  accepted: readonly string[],
  words = "must be one of",
): { readonly must: string; readonly accepted: readonly string[] } {
  return { must: `${words} ${accepted.join(", ")}`, accepted };
}

const KINDS: Readonly<Record<string, string>> = {
  nonoptional: "given",
  object: "a map of fields",
  record: "a map",
  array: "a list",
  string: "text",
  int: "a whole number",
};

function kindOf(expected: string): string {
  return KINDS[expected] ?? `a ${expected}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? Reflect.get(inner, step) : undefined,
    value,
  );
}

function pathText(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

function shown(given: unknown): string {
  return given === undefined ? "absent" : JSON.stringify(given);
}
