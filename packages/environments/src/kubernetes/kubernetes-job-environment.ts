import { type Environment, isPlainObject, type SerializedEnvironment } from "@slipway/core";
import { parseLabels } from "../labels.ts";
import { refuseMissing } from "../missing.ts";
import { copyPlain, type PlainCopy } from "../plain-copy.ts";
import { checkOneSpec, checkOptions } from "./check-options.ts";
import { kubernetesInvalid, TYPE } from "./kubernetes-invalid.ts";
import type { KubernetesJobEnvironmentOptions } from "./options.ts";
import { readSpecFile } from "./read-spec-file.ts";

/**
 * Runs every flow run as a Kubernetes Job whose manifest the author owns. `KUBERNETES_CHANGES` lists what Slipway
 * changes in it. The manifest is stored in the flow's image and nowhere else.
 *
 * The file is read when the environment is stored, not when it is made: the flow file is evaluated in the
 * container too, where the file is not. The constructor throws `ENVIRONMENT_INVALID` for names and kinds of arguments;
 * what the Job says is checked when the flow is registered, so that a flow's bundle carries no reader of YAML.
 */
export class KubernetesJobEnvironment implements Environment {
  readonly type = TYPE;
  readonly labels: readonly string[];
  readonly #given: PlainCopy;

  constructor(options: KubernetesJobEnvironmentOptions) {
    const given: unknown = options;
    if (!isPlainObject(given)) {
      throw kubernetesInvalid({ path: "options", problem: "must be one object of arguments" });
    }
    const { labels, ...rest } = given;
    this.labels = parseLabels(TYPE, labels);
    this.#given = copyPlain(TYPE, rest);
    checkOptions(this.#given.value);
    if (!this.#given.missing.some((name) => /^jobSpec(File)?$/.test(name))) checkOneSpec(rest);
    Object.freeze(this);
  }

  /**
   * The arguments, with the text of the Job's file in the place of its name: what registering reads and checks.
   * Throws `ENVIRONMENT_INVALID` where an argument is missing or the file cannot be read.
   */
  serialize(): SerializedEnvironment {
    const { value, missing } = this.#given;
    refuseMissing(TYPE, missing);
    const { jobSpecFile: file } = value;
    const read = typeof file === "string" ? { jobSpecFile: readSpecFile(file) } : {};
    return { version: 1, type: TYPE, arguments: Object.freeze({ ...value, ...read }) };
  }
}
