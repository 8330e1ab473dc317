import { isSlipwayError, type JsonObject } from "@slipway/core";
import { objectsOf, textOf } from "../../plain-read.ts";
import type { KubeApi } from "../api/kube-api.ts";
import { objectOf } from "../read-job.ts";

const PAGE = 500;

/** A collection of the API. */
export interface Collection {
  /** In the plural, for errors, for example `Jobs`. */
  readonly name: string;
  readonly path: string;
  readonly labelSelector?: string | undefined;
}

/**
 * Lists a collection as it is now, page by page, so that no answer is large: each object is given away before the next
 * page is asked for. Answers the version from which to watch.
 */
export async function listPages(
  api: KubeApi,
  { name, path, labelSelector }: Collection,
  take: (object: JsonObject) => void,
): Promise<string> {
  let next: string | undefined;
  let version = "";
  do {
    const query = { labelSelector, limit: PAGE, continue: next };
    const { body } = await api.call({ operation: `list ${name}`, method: "GET", path, query });
    for (const item of objectsOf(body["items"])) take(item);
    const metadata = objectOf(body["metadata"]);
    next = textOf(metadata["continue"]);
    version = textOf(metadata["resourceVersion"]) ?? "";
  } while (next !== undefined);
  return version;
}

/** The server does not remember that far back. */
export function isExpired(error: unknown): boolean {
  return isSlipwayError(error) && error.details["status"] === 410;
}
