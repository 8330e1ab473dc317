import type { LaunchedKind } from "./launched.ts";

/** Jobs first: their Secrets go with them. */
export const LAUNCHED_KINDS: readonly LaunchedKind[] = ["Job", "Secret"];

/** Where the API has the objects of a kind. */
export function collectionPath(kind: LaunchedKind, namespace: string): string {
  const home = `namespaces/${encodeURIComponent(namespace)}`;
  return kind === "Job" ? `/apis/batch/v1/${home}/jobs` : `/api/v1/${home}/secrets`;
}
