import { createHash } from "node:crypto";
import type { KubeApi } from "../api/kube-api.ts";

/** Where Jobs are launched. */
export interface LaunchPlace {
  readonly api: KubeApi;
  readonly namespace: string;
}

/** Names the place as a hash, the same for every agent that launches there: who shares a rate of calls. */
export function scopeOf({ api, namespace }: LaunchPlace): string {
  return createHash("sha256")
    .update(JSON.stringify([api.endpoint, namespace]))
    .digest("hex");
}
