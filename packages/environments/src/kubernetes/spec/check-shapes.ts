import type { Json } from "@slipway/core";
import { isObject } from "../../plain-read.ts";
import { parseQuantity } from "../quantity.ts";
import { isFlowContainer } from "./containers.ts";
import type { Finding, JobCheck, Path } from "./finding.ts";
import { FLOW_CONTAINER, JOB_SHAPE, type Shape } from "./shapes.ts";

/** Texts that were not quoted, objects in the place of lists and the like. `null` is as good as nothing to Kubernetes. */
export const checkShapes: JobCheck = (job) => findings(job, JOB_SHAPE, []);

function findings(value: Json, shape: Shape, at: Path): readonly Finding[] {
  if (typeof shape === "string") return scalarFinding(value, shape, at);
  if ("list" in shape) return inList(value, shape.list, at);
  if (!isObject(value)) return [{ at, problem: `must be an object, not ${kindOf(value)}` }];
  const { fields } = isFlowContainer(at) ? FLOW_CONTAINER : shape;
  return Object.entries(value).flatMap(([key, item]) => {
    const own = Object.hasOwn(fields, key) ? fields[key] : fields["*"];
    return item === null || own === undefined ? [] : findings(item, own, [...at, key]);
  });
}

function inList(value: Json, shape: Shape, at: Path): readonly Finding[] {
  if (!Array.isArray(value)) return [{ at, problem: `must be a list, not ${kindOf(value)}` }];
  return value.flatMap((item, index) => {
    const place = [...at, index];
    return item === null
      ? [{ at: place, problem: "is empty; take the entry out, or give it its fields" }]
      : findings(item, shape, place);
  });
}

const WANTED = {
  string: "a text",
  boolean: "true or false",
  integer: "a whole number",
  quantity: "a quantity of Kubernetes",
} as const;

function scalarFinding(value: Json, shape: keyof typeof WANTED, at: Path): readonly Finding[] {
  const fits = {
    string: typeof value === "string",
    boolean: typeof value === "boolean",
    integer: Number.isInteger(value),
    quantity: parseQuantity(value) !== undefined,
  };
  if (fits[shape]) return [];
  return [
    { at, problem: `must be ${WANTED[shape]}, ${mend(value, shape)}`, accepted: WANTED[shape] },
  ];
}

function mend(value: Json, shape: keyof typeof WANTED): string {
  const quoted = typeof value === "string";
  if (shape === "string" && (typeof value === "number" || typeof value === "boolean")) {
    return `not ${kindOf(value)}; put it in quotes`;
  }
  if (shape === "boolean" && quoted && /^(true|false)$/i.test(value)) {
    return "not a text; write it without quotes";
  }
  if (shape === "integer" && quoted && /^-?\d+$/.test(value)) {
    return "not a text; write it without quotes";
  }
  if (shape === "quantity" && quoted) {
    return 'for example "500m" of CPU, or "512Mi" or "4G" of memory';
  }
  return `not ${kindOf(value)}`;
}

/** Never the value itself, which may be a secret under the wrong name. */
function kindOf(value: Json): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}
