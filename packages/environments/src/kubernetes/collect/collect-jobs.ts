import { messageOf, SlipwayError } from "@slipway/core";
import { causeOf } from "../../fargate/cloud-error.ts";
import type { KubeApi } from "../api/kube-api.ts";
import { listPages } from "../cluster/list-pages.ts";
import { INSTALLATION_LABEL } from "../launch-labels.ts";
import { deleteLaunched } from "./delete-launched.ts";
import { type Judgement, judgeLaunched, type KnownRun } from "./judge-launched.ts";
import { type Launched, launchedBy } from "./launched.ts";
import { collectionPath, LAUNCHED_KINDS } from "./launched-collections.ts";

export interface CollectJobsOptions {
  /** The server's own: what bears another one, or none, is not looked at. */
  readonly installationId: string;
  readonly namespace: string;
  /** What the server knows of a run; undefined where it does not know it. */
  readonly runOf: (flowRunId: string) => Promise<KnownRun | undefined>;
  /** How long ago a run has to be over. */
  readonly graceMs: number;
  /** False to do it. Without it nothing is changed. */
  readonly dryRun?: boolean | undefined;
  /** Told of each as soon as it is removed. */
  readonly onRemoved?: ((one: Collectable) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The time, for tests. */
  readonly now?: number | undefined;
}

export interface Collectable extends Pick<Launched, "kind" | "name" | "flowRunId"> {
  readonly why: string;
}

export interface CollectedJobs {
  readonly namespace: string;
  readonly dryRun: boolean;
  /** What was removed, or would be. */
  readonly removed: readonly Collectable[];
  readonly kept: readonly Collectable[];
  readonly failed: readonly (Collectable & { readonly message: string })[];
  /** Why a kind could not be looked at. */
  readonly unread: readonly string[];
}

/** What a label's value may be. Another text would change what the selector means. */
const LABEL_VALUE = /^[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;

/**
 * Removes what an installation left in a namespace: Jobs, and tokens' Secrets that no Job owns, whose run or attempt is
 * over by the server's word or whose run the server does not know. Others' Jobs are never touched. Throws
 * `INVALID_ARGUMENT` without an installation's id, and `CLOUD_UNREACHABLE` and `CLOUD_REFUSED` where Jobs cannot be read.
 */
export async function collectJobs(
  api: KubeApi,
  options: CollectJobsOptions,
): Promise<CollectedJobs> {
  const { namespace, dryRun = true, onRemoved, signal } = options;
  requireInstallation(options.installationId);
  const { found, unread } = await findLaunched(api, options);
  const judged = await judgeAll(found, options);
  const kept = judged.filter(({ judgement }) => !judgement.isGarbage).map(collectable);
  const garbage = judged.filter(({ judgement }) => judgement.isGarbage);
  if (dryRun) {
    return { namespace, dryRun, removed: garbage.map(collectable), kept, failed: [], unread };
  }
  const removed: Collectable[] = [];
  const failed: (Collectable & { readonly message: string })[] = [];
  for (const one of garbage) {
    if (signal?.aborted) break;
    const told = collectable(one);
    try {
      await deleteLaunched(api, namespace, one.launched);
      removed.push(told);
      onRemoved?.(told);
    } catch (error) {
      failed.push({ ...told, message: messageOf(error) });
    }
  }
  return { namespace, dryRun, removed, kept, failed, unread };
}

interface Judged {
  readonly launched: Launched;
  readonly judgement: Judgement;
}

function collectable({ launched: { kind, name, flowRunId }, judgement: { why } }: Judged) {
  return { kind, name, flowRunId, why };
}

function requireInstallation(id: string): void {
  if (LABEL_VALUE.test(id)) return;
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    "The server does not say which installation it is, so nothing in the cluster can be told to be its own; nothing was removed",
    { path: "installationId", given: id, accepted: "the id of the server's installation" },
  );
}

/** Secrets may be hidden from who collects: to list them shows what is in them. */
async function findLaunched(
  api: KubeApi,
  { installationId, namespace }: Pick<CollectJobsOptions, "installationId" | "namespace">,
) {
  const found: Launched[] = [];
  const unread: string[] = [];
  const labelSelector = `${INSTALLATION_LABEL}=${installationId}`;
  for (const kind of LAUNCHED_KINDS) {
    const collection = { name: `${kind}s`, path: collectionPath(kind, namespace), labelSelector };
    try {
      await listPages(api, collection, (object) => {
        const launched = launchedBy(installationId, kind, object);
        if (launched !== undefined) found.push(launched);
      });
    } catch (error) {
      if (kind === "Job" || causeOf(error) !== "AccessDenied") throw error;
      unread.push(`${kind}s were not looked at: ${messageOf(error)}`);
    }
  }
  return { found, unread };
}

/** Each run is asked for once. */
async function judgeAll(
  found: readonly Launched[],
  { runOf, graceMs, now = Date.now(), signal }: CollectJobsOptions,
): Promise<readonly Judged[]> {
  const runs = new Map<string, KnownRun | undefined>();
  const judged: Judged[] = [];
  for (const launched of found) {
    signal?.throwIfAborted();
    const { flowRunId } = launched;
    if (!runs.has(flowRunId)) runs.set(flowRunId, await runOf(flowRunId));
    const judgement = judgeLaunched(launched, runs.get(flowRunId), { now, graceMs });
    judged.push({ launched, judgement });
  }
  return judged;
}
