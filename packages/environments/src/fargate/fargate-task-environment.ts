import type { Environment, SerializedEnvironment } from "@slipway/core";
import type { PlainCopy } from "../plain-copy.ts";
import { checkStorable, parseFargateArguments } from "./check.ts";
import type { FargateTaskEnvironmentOptions } from "./options.ts";

/**
 * Runs every flow run as an ECS task on Fargate whose definition and launch the author owns: takes, flat and by
 * AWS's names, every field of RegisterTaskDefinition, of RunTask and of the ECS client. `FARGATE_CHANGES` lists
 * what Slipway changes in them. The arguments are stored in the flow's image and nowhere else.
 *
 * The constructor copies and checks, and throws `ENVIRONMENT_INVALID`. Loads nothing of the AWS SDK.
 */
export class FargateTaskEnvironment implements Environment {
  readonly type = "FargateTaskEnvironment";
  readonly labels: readonly string[];
  readonly #given: PlainCopy;

  constructor(options: FargateTaskEnvironmentOptions = {}) {
    const { labels, ...given } = parseFargateArguments(options);
    this.labels = labels;
    this.#given = given;
    Object.freeze(this);
  }

  /** What `environment.json` holds. Throws `ENVIRONMENT_INVALID` for `undefined`, half credentials and the like. */
  serialize(): SerializedEnvironment {
    checkStorable(this.#given);
    return { version: 1, type: this.type, arguments: this.#given.value };
  }
}
