import type { Json, JsonObject, LaunchRequest, RenderedLaunch } from "@slipway/core";
import { type Difference, differences } from "../../differences.ts";
import { isObject, without } from "../../plain-read.ts";
import { looksSecret } from "../../secret-looking.ts";
import { agentRole, type Role } from "../doctor/role.ts";
import { kubernetesArguments } from "../kubernetes-arguments.ts";
import { renderLaunch } from "../render.ts";
import { MOST_BYTES } from "../spec/job-size.ts";

export interface KubernetesPlan {
  /** The exact inputs, by operation. */
  readonly inputs: RenderedLaunch;
  /** Bytes of the Job as JSON, and how many Slipway takes: what an API server keeps of one object, with some to spare. */
  readonly size: { readonly bytes: number; readonly most: number };
  /** What differs from the version before; none without one. Secrets are hidden. */
  readonly changes: readonly Difference[];
  /** The Role that the agent needs in the Job's namespace. */
  readonly policy: Role;
}

export interface KubernetesPlanInput {
  /** The arguments as they are stored. */
  readonly args: JsonObject;
  readonly request: LaunchRequest;
  /** The version before. */
  readonly previous?: { readonly args: JsonObject } | undefined;
}

const JOB = "CreateNamespacedJob";
const HIDDEN = "\u2039hidden\u203a";

/** What a launch would send, what differs from the version before, and what it needs. Pure. */
export function planKubernetes({ args, request, previous }: KubernetesPlanInput): KubernetesPlan {
  const read = kubernetesArguments(args);
  const inputs = renderLaunch(read, request);
  return {
    inputs,
    size: { bytes: Buffer.byteLength(JSON.stringify(inputs[JOB])), most: MOST_BYTES },
    changes: previous === undefined ? [] : changesSince(previous.args, args, request),
    policy: agentRole(read.namespace ?? "default"),
  };
}

function changesSince(
  before: JsonObject,
  after: JsonObject,
  request: LaunchRequest,
): readonly Difference[] {
  const [from, to] = [before, after].map((args) =>
    variablesByName(renderLaunch(kubernetesArguments(args), request)[JOB] ?? {}),
  );
  // The namespace shows in the Job.
  const [fromRest, toRest] = [before, after].map((args) => without(args, "jobSpec", "namespace"));
  return [...differences(from, to, JOB), ...differences(fromRest, toRest)].map(masked);
}

/** With every container's variables under their names, so that a path says which one differs. */
function variablesByName(value: Json): Json {
  if (Array.isArray(value)) return value.map(variablesByName);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === "env" && Array.isArray(item) ? byName(item) : variablesByName(item),
    ]),
  );
}

function byName(entries: readonly Json[]): Json {
  return Object.fromEntries(
    entries.filter(isObject).map((entry) => {
      const { name, value, ...rest } = entry;
      return [
        String(name),
        Object.keys(rest).length === 0 ? (value ?? "") : without(entry, "name"),
      ];
    }),
  );
}

function masked(change: Difference): Difference {
  const { path, from, to } = change;
  return {
    path,
    ...(from === undefined ? {} : { from: withoutSecrets(from, path) }),
    ...(to === undefined ? {} : { to: withoutSecrets(to, path) }),
  };
}

/** Variables and annotations stand under names that an author chose, which say what is secret. */
const NAMED = /\.(?:env|annotations)\.([^[\]]+?)(?:\.value)?$/;

function withoutSecrets(value: Json, path: string): Json {
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, withoutSecrets(item, `${path}.${key}`)]),
    );
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => withoutSecrets(item, `${path}[${index}]`));
  }
  return looksSecret(NAMED.exec(path)?.[1] ?? "") && !/\.valueFrom\./.test(path) ? HIDDEN : value;
}
