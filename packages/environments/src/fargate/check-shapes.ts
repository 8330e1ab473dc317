import type { Json, JsonObject } from "@slipway/core";
import { GROUPS, type Group } from "./fargate-arguments.ts";
import { CLIENT_SHAPES } from "./fields.ts";
import type { FargateSubject } from "./rules/subject.ts";
import { checkValue } from "./shapes/check-value.ts";
import type { Fields, Shape } from "./shapes/shape.ts";

/** Refuses wrong types, values that are none of AWS's, and unknown names at every depth. Throws `ENVIRONMENT_INVALID`. */
export function checkShapes({ client, definition, run, policy, path }: FargateSubject): void {
  checkFields(client, CLIENT_SHAPES, (name) => name);
  const calls: readonly (readonly [JsonObject, Group])[] = [
    [definition, "registerTaskDefinition"],
    [run, "runTask"],
  ];
  for (const [given, group] of calls) {
    checkFields(given, GROUPS[group], (name) => path(group, name));
  }
  for (const [index, variant] of policy.variants.entries()) {
    if (variant === "on-demand") continue;
    const then = `onInfrastructureFailure.capacity.then[${index}]`;
    checkFields(variant, GROUPS.runTask, (name) => `${then}.${name}`);
  }
}

function checkFields(given: JsonObject, fields: Fields, path: (name: string) => string): void {
  for (const [name, value] of Object.entries(given)) {
    const shape: Shape | undefined = fields[name];
    if (shape !== undefined) checkValue(value satisfies Json, shape, path(name));
  }
}
