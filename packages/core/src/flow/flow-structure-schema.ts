import { STRUCTURE_VERSION } from "../structure.ts";
import type { ObjectSchema } from "./shape-schema.ts";

const text = { type: "string", minLength: 1 } as const;
const truth = { type: "boolean" } as const;

/** The JSON Schema (draft 2020-12) of a `FlowStructure`. Readers pass over properties that they do not know. */
export const FLOW_STRUCTURE_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Flow structure",
  description:
    "The shape of a flow as its server knows it: tasks, edges and parameters, never code or constants.",
  type: "object",
  required: ["version", "name", "tasks", "edges", "parameters", "referenceTasks"],
  properties: {
    version: { const: STRUCTURE_VERSION },
    name: text,
    description: { type: "string" },
    tasks: {
      type: "array",
      items: {
        type: "object",
        required: ["slug", "name", "mapped"],
        properties: { slug: text, name: text, mapped: truth },
      },
    },
    edges: {
      type: "array",
      items: {
        type: "object",
        required: ["upstream", "downstream", "mapped", "flattened"],
        properties: {
          upstream: text,
          downstream: text,
          key: text,
          mapped: truth,
          flattened: truth,
        },
      },
    },
    parameters: {
      type: "array",
      items: {
        type: "object",
        required: ["name", "required", "schema"],
        properties: {
          name: text,
          required: truth,
          default: { description: "Used where a run gives no value." },
          schema: {
            type: "object",
            description: "JSON Schema (draft 2020-12) of the accepted values.",
          },
        },
      },
    },
    referenceTasks: { type: "array", items: text },
  },
} as const satisfies ObjectSchema & { $schema: string };
