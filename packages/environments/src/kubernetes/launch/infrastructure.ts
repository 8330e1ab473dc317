import type { Infrastructure, JsonObject } from "@slipway/core";
import { textOf } from "../../plain-read.ts";
import { listOf } from "../read-job.ts";
import { identityOf } from "./launch-calls.ts";

const KIND = "KubernetesJob";

/** What is recorded of a launched Job: ids and times, no argument of the environment. */
export function infrastructureOf(
  job: JsonObject,
  installation: string,
  launchedAt: Date = new Date(),
): Infrastructure {
  const details = { installation, launchedAt: launchedAt.toISOString() };
  return { kind: KIND, id: identityOf(job).uid, details };
}

/** What the next attempt is where Kubernetes itself starts the flow's container once more: the same Job, from another start on. */
export function successorOf(
  { kind, id, details }: Infrastructure,
  startsOver: readonly string[],
): Infrastructure {
  return { kind, id, details: { ...details, startsBefore: startsOver } };
}

export function installationIn({ details }: Infrastructure): string {
  return textOf(details["installation"]) ?? "";
}

/** Starts of the flow's container that belong to earlier attempts. */
export function startsBeforeIn({ details }: Infrastructure): readonly string[] {
  return listOf(details["startsBefore"]).filter((start) => typeof start === "string");
}
