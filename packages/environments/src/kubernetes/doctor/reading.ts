import { isSlipwayError, type JsonObject, messageOf } from "@slipway/core";
import { type Finding, notProven } from "../../doctor/check.ts";
import { causeOf } from "../../fargate/cloud-error.ts";
import type { KubeApi } from "../api/kube-api.ts";

export const READ = "read it";

export async function readObject(api: KubeApi, what: string, path: string): Promise<JsonObject> {
  const { body } = await api.call({ operation: `get ${what}`, method: "GET", path });
  return body;
}

export function isNotThere(error: unknown): boolean {
  return isSlipwayError(error) && error.details["status"] === 404;
}

/** For what launching does not read itself: to be refused it shows nothing of what was to be read. */
export async function ifReadable(run: () => Promise<Finding>): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    if (causeOf(error) !== "AccessDenied") throw error;
    return notProven(`could not be proved, since it may not be read (${wordsOf(error)})`);
  }
}

/** The server's own. */
export function wordsOf(error: unknown): string {
  const own = isSlipwayError(error) ? error.details["message"] : undefined;
  return typeof own === "string" ? own : messageOf(error);
}
