import type { JsonObject } from "@slipway/core";
import type { KubeApi } from "../api/kube-api.ts";
import { listPages } from "../cluster/list-pages.ts";

/** All objects of a collection, which has few. */
export async function listAll(
  api: KubeApi,
  name: string,
  path: string,
): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  await listPages(api, { name, path }, (object) => found.push(object));
  return found;
}
