import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { V1Job } from "@kubernetes/client-node";
import {
  type Environment,
  isPlainObject,
  type Json,
  type JsonObject,
  messageOf,
  nearest,
  type SerializedEnvironment,
} from "@slipway/core";
import { environmentInvalid } from "../environment-invalid.ts";
import { parseLabels } from "../labels.ts";
import { refuseMissing } from "../missing.ts";
import { copyPlain, type PlainCopy } from "../plain-copy.ts";
import { checkJob, parseJobSpec } from "./job-spec.ts";

const TYPE = "KubernetesJobEnvironment";

export interface KubernetesJobEnvironmentOptions {
  /** A YAML file with one Job, relative to the flow file's folder (the working directory while a flow is registered). */
  readonly jobSpecFile?: string | undefined;
  /** The Job itself, in the place of a file. */
  readonly jobSpec?: V1Job | JsonObject | undefined;
  /**
   * Whether each launch gets a name of its own, made of the Job's name, the run and the attempt (so by default).
   * With `false` the Job keeps exactly its author's name, and a second one beside it is refused by the cluster.
   */
  readonly uniqueJobName?: boolean | undefined;
  /** Where Jobs are made: by default the manifest's own namespace, or `default`. */
  readonly namespace?: string | undefined;
  /** The kubeconfig's context. */
  readonly context?: string | undefined;
  /** The kubeconfig file, where the agent runs. */
  readonly kubeconfig?: string | undefined;
  /** Labels that an agent must have to launch runs of the flow. */
  readonly labels?: readonly string[] | undefined;
}

const KINDS = {
  jobSpecFile: "string",
  jobSpec: "object",
  uniqueJobName: "boolean",
  namespace: "string",
  context: "string",
  kubeconfig: "string",
} as const satisfies Record<Exclude<keyof KubernetesJobEnvironmentOptions, "labels">, string>;

/**
 * Runs every flow run as a Kubernetes Job whose manifest the author owns. `KUBERNETES_CHANGES` lists what Slipway
 * changes in it. The manifest is stored in the flow's image and nowhere else.
 *
 * The file is read when the environment is stored, not when it is made: the flow file is evaluated in the
 * container too, where the file is not. The constructor throws `ENVIRONMENT_INVALID`.
 */
export class KubernetesJobEnvironment implements Environment {
  readonly type = TYPE;
  readonly labels: readonly string[];
  readonly #given: PlainCopy;

  constructor(options: KubernetesJobEnvironmentOptions) {
    const given: unknown = options;
    if (!isPlainObject(given)) throw wrong("options", "must be one object of arguments");
    const { labels, ...rest } = given;
    this.labels = parseLabels(TYPE, labels);
    this.#given = copyPlain(TYPE, rest);
    for (const [name, value] of Object.entries(this.#given.value)) checkOption(name, value);
    checkOneSpec(rest);
    Object.freeze(this);
  }

  /** What `environment.json` holds. Throws `ENVIRONMENT_INVALID` where the manifest is missing or no Job. */
  serialize(): SerializedEnvironment {
    const { value, missing } = this.#given;
    refuseMissing(TYPE, missing);
    const { jobSpecFile, jobSpec, ...others } = value;
    const job =
      typeof jobSpecFile === "string" ? readJobSpec(jobSpecFile) : checkJob(jobSpec, "jobSpec");
    return { version: 1, type: TYPE, arguments: Object.freeze({ ...others, jobSpec: job }) };
  }
}

function readJobSpec(file: string): JsonObject {
  const path = resolve(file);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw environmentInvalid(
      {
        type: TYPE,
        path: "jobSpecFile",
        problem: `names ${path}, which cannot be read (${messageOf(error)}); give a path relative to the flow file`,
        given: file,
        accepted: "a YAML file with one Job",
      },
      error,
    );
  }
  return parseJobSpec(text, path);
}

function checkOption(name: string, value: Json): void {
  const kinds: Readonly<Record<string, string>> = KINDS;
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined) {
    const near = nearest(name, [...Object.keys(KINDS), "labels"]);
    const accepted = Object.keys(KINDS);
    throw environmentInvalid({
      type: TYPE,
      path: name,
      problem: `is no argument; ${near ? `did you mean \`${near}\`?` : `there are ${accepted.join(", ")} and labels`}`,
      given: name,
      accepted: near ?? accepted,
    });
  }
  const fits = kind === "object" ? isPlainObject(value) : typeof value === kind;
  if (!fits) throw wrong(name, `must be ${kind === "object" ? "an" : "a"} ${kind}`);
}

function checkOneSpec({ jobSpecFile, jobSpec }: Readonly<Record<string, unknown>>): void {
  const given = [jobSpecFile, jobSpec].filter((item) => item !== undefined);
  if (given.length === 1) return;
  throw wrong(
    "jobSpecFile",
    given.length === 0
      ? "or `jobSpec` must be given: the Job that runs the flow"
      : "and `jobSpec` are both given; give one of them",
  );
}

function wrong(path: string, problem: string) {
  return environmentInvalid({ type: TYPE, path, problem });
}
