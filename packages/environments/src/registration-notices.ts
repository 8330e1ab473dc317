import type { JsonObject, SerializedEnvironment } from "@slipway/core";
import { fargateNotices } from "./fargate/plan/notices.ts";
import { kubernetesNotices } from "./kubernetes/plan/notices.ts";
import type { Notice } from "./notice.ts";

const NOTICES: Readonly<Record<string, (args: JsonObject) => readonly Notice[]>> = {
  FargateTaskEnvironment: fargateNotices,
  KubernetesJobEnvironment: kubernetesNotices,
};

/** What to tell the author of an environment when it is registered. Looks at the arguments alone. */
export function registrationNotices({
  type,
  arguments: args,
}: SerializedEnvironment): readonly Notice[] {
  return Object.hasOwn(NOTICES, type) ? (NOTICES[type]?.(args) ?? []) : [];
}
