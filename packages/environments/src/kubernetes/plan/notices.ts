import type { JsonObject } from "@slipway/core";
import type { Notice } from "../../notice.ts";
import { type KubernetesArguments, kubernetesArguments } from "../kubernetes-arguments.ts";
import { containerNotices } from "./container-notices.ts";
import { jobNotices } from "./job-notices.ts";
import { memoryNotices } from "./memory-notices.ts";

const NOTICES: readonly ((args: KubernetesArguments) => readonly Notice[])[] = [
  containerNotices,
  memoryNotices,
  jobNotices,
];

/** What to tell the author of a Job when it is registered. Looks at the arguments alone. */
export function kubernetesNotices(args: JsonObject): readonly Notice[] {
  const read = kubernetesArguments(args);
  return NOTICES.flatMap((notices) => notices(read));
}
