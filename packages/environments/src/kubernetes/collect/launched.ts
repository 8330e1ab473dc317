import type { JsonObject } from "@slipway/core";
import { objectsOf, textOf } from "../../plain-read.ts";
import { FLOW_RUN_LABEL, IDENTIFIER_LABEL, INSTALLATION_LABEL } from "../launch-labels.ts";
import { objectOf } from "../read-job.ts";

export type LaunchedKind = "Job" | "Secret";

/** A Job, or a token's Secret that no Job owns, which this installation made. */
export interface Launched {
  readonly kind: LaunchedKind;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: string;
  readonly flowRunId: string;
  readonly attemptId: string;
}

/** Undefined where an object is another's, names no run, is owned, or is on its way out already. */
export function launchedBy(
  installationId: string,
  kind: LaunchedKind,
  { metadata }: JsonObject,
): Launched | undefined {
  const { name, uid, creationTimestamp, deletionTimestamp, ownerReferences, labels } =
    objectOf(metadata);
  const label = (key: string) => textOf(objectOf(labels)[key]);
  const flowRunId = label(FLOW_RUN_LABEL);
  const attemptId = label(IDENTIFIER_LABEL);
  // The selector asked for this label. What is deleted is looked at once more.
  if (label(INSTALLATION_LABEL) !== installationId) return undefined;
  if (flowRunId === undefined || attemptId === undefined) return undefined;
  if (textOf(deletionTimestamp) !== undefined) return undefined;
  // What is owned goes with its owner.
  if (objectsOf(ownerReferences).length > 0) return undefined;
  return {
    kind,
    name: textOf(name) ?? "",
    uid: textOf(uid) ?? "",
    createdAt: textOf(creationTimestamp) ?? "",
    flowRunId,
    attemptId,
  };
}
