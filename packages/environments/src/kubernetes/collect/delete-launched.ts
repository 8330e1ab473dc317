import { isSlipwayError } from "@slipway/core";
import type { KubeApi } from "../api/kube-api.ts";
import type { Launched } from "./launched.ts";
import { collectionPath } from "./launched-collections.ts";

/** Deletes exactly this object, and a Job's pods with it. That it is gone already is fine. */
export async function deleteLaunched(
  api: KubeApi,
  namespace: string,
  { kind, name, uid }: Pick<Launched, "kind" | "name" | "uid">,
): Promise<void> {
  try {
    await api.call({
      operation: `delete ${kind}`,
      method: "DELETE",
      path: `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`,
      body: {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: kind === "Job" ? "Foreground" : "Background",
        // Another one of that name may have been made since.
        preconditions: { uid },
      },
    });
  } catch (error) {
    if (isSlipwayError(error) && error.details["status"] === 404) return;
    throw error;
  }
}
