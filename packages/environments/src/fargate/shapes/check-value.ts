import { type Json, type JsonObject, nearest } from "@slipway/core";
import { isObject } from "../../plain-read.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import type { Fields, Shape } from "./shape.ts";

/** Refuses a value of another shape than AWS's, with the path of the part that differs. Throws `ENVIRONMENT_INVALID`. */
export function checkValue(value: Json, shape: Shape, path: string): void {
  if (typeof shape === "string") checkPlain(value, shape, path);
  else if ("oneOf" in shape) checkChoice(value, Object.keys(shape.oneOf), path);
  else if ("list" in shape) checkList(value, shape.list, path);
  else if (!isObject(value)) throw wrongKind(value, "an object", path);
  else if ("fields" in shape) checkFields(value, shape.fields, path);
  else
    for (const [key, item] of Object.entries(value)) checkValue(item, shape.map, `${path}.${key}`);
}

const PLAIN = { string: "a text", number: "a number", boolean: "true or false" } as const;

function checkPlain(value: Json, kind: keyof typeof PLAIN | "object", path: string): void {
  if (kind === "object") {
    if (!isObject(value)) throw wrongKind(value, "an object", path);
  } else if (typeof value !== kind) throw wrongKind(value, PLAIN[kind], path);
}

function checkList(value: Json, shape: Shape, path: string): void {
  const ofObjects = typeof shape === "object" && "fields" in shape;
  if (!Array.isArray(value)) {
    throw wrongKind(value, ofObjects ? "a list of objects" : "a list", path);
  }
  for (const [index, item] of value.entries()) checkValue(item, shape, `${path}[${index}]`);
}

function checkChoice(value: Json, accepted: readonly string[], path: string): void {
  if (typeof value !== "string") throw wrongKind(value, "a text", path);
  if (accepted.includes(value)) return;
  const near = nearest(value, accepted);
  throw fargateInvalid({
    path,
    problem: `is ${JSON.stringify(value)}, and AWS has ${accepted.join(", ")}${near ? `; did you mean "${near}"?` : ""}`,
    given: value,
    accepted,
  });
}

function checkFields(value: JsonObject, fields: Fields, path: string): void {
  for (const [name, item] of Object.entries(value)) {
    const shape = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (shape === undefined) throw unknownName(name, Object.keys(fields), path);
    checkValue(item, shape, `${path}.${name}`);
  }
}

function unknownName(name: string, accepted: readonly string[], path: string) {
  const near = nearest(name, accepted);
  return fargateInvalid({
    path: `${path}.${name}`,
    problem: `is no field that AWS has there${near ? `; did you mean \`${near}\`?` : `; it has ${accepted.join(", ")}`}`,
    given: name,
    accepted: near ?? accepted,
  });
}

/** Values under these names are the author's own, and may be secrets: messages say what kind they are, never what. */
const PRIVATE =
  /(^|\.)(environment|secrets|options|secretOptions|command|entryPoint|dockerLabels|driverOpts|properties|credentials|aws[A-Z]\w*)([.[]|$)/;

function wrongKind(value: Json, accepted: string, path: string) {
  const plain = typeof value !== "object" && !PRIVATE.test(path);
  const is = plain ? JSON.stringify(value) : kindOf(value);
  const mend = plain && accepted === "a text" ? `, so give "${String(value)}"` : "";
  return fargateInvalid({
    path,
    problem: `must be ${accepted} and is ${is}${mend}`,
    given: plain ? value : kindOf(value),
    accepted,
  });
}

function kindOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
