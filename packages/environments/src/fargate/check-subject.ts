import type { JsonObject } from "@slipway/core";
import {
  type FargateArguments,
  fargateArguments,
  type Group,
  pathOf,
} from "./fargate-arguments.ts";

/** What a check looks at: the arguments by where they go, and where the author wrote each. */
export interface FargateSubject extends FargateArguments {
  readonly path: (group: Group, field: string) => string;
}

export function subjectOf(args: JsonObject): FargateSubject {
  return { ...fargateArguments(args), path: (group, field) => pathOf(args, group, field) };
}
