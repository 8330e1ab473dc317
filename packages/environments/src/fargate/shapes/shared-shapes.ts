import type {
  EnvironmentFile,
  EphemeralStorage,
  KeyValuePair,
  ResourceRequirement,
  Secret,
  Tag,
} from "@aws-sdk/client-ecs";
import type { ShapeOf } from "./shape.ts";

// Structures that stand in several places. Complete by the compiler's word, like all shapes.

export const KEY_VALUE_PAIR = {
  fields: {
    name: "string",
    value: "string",
  },
} as const satisfies ShapeOf<KeyValuePair>;

export const SECRET = {
  fields: {
    name: "string",
    valueFrom: "string",
  },
} as const satisfies ShapeOf<Secret>;

export const TAG = {
  fields: {
    key: "string",
    value: "string",
  },
} as const satisfies ShapeOf<Tag>;

export const ENVIRONMENT_FILE = {
  fields: {
    value: "string",
    type: { oneOf: { s3: true } },
  },
} as const satisfies ShapeOf<EnvironmentFile>;

export const RESOURCE_REQUIREMENT = {
  fields: {
    value: "string",
    type: { oneOf: { GPU: true, InferenceAccelerator: true, NeuronDevice: true } },
    sharingStrategy: "object",
  },
} as const satisfies ShapeOf<ResourceRequirement>;

export const EPHEMERAL_STORAGE = {
  fields: {
    sizeInGiB: "number",
  },
} as const satisfies ShapeOf<EphemeralStorage>;
