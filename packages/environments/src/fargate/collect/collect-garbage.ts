import type { SerializedEnvironment } from "@slipway/core";
import { textOf } from "../../plain-read.ts";
import { createScrubber } from "../../scrub.ts";
import { clientConfig, type EcsClientDefaults } from "../client-config.ts";
import { Ecs } from "../ecs.ts";
import { familyIn, familyOf } from "../family.ts";
import { type FargateArguments, fargateArguments } from "../fargate-arguments.ts";
import { runOf } from "../run-task.ts";
import { shareCloud } from "../shared-cloud.ts";
import { storedArguments } from "../stored-arguments.ts";
import { deregister, type FailedRevision } from "./deregister.ts";
import { revisionsInUse, revisionsOf } from "./revisions.ts";
import { type KeptRevision, sortRevisions } from "./sort-revisions.ts";

/** How many of the newest revisions stay where nothing is said. */
const KEEP = 5;
/** AWS allows one a second ("Amazon ECS API throttling"). */
const PAUSE_MS = 1_100;

export interface CollectOptions {
  /** Names the family where the environment does not. */
  readonly flowName: string;
  /** How many of the newest revisions stay; 5 where it is left out. */
  readonly keepRevisions?: number | undefined;
  /** Hashes of definitions that stay: those of versions that runs may still be of. */
  readonly keepHashes?: readonly string[] | undefined;
  /** False to do it. Without it nothing is changed. */
  readonly dryRun?: boolean | undefined;
  /** Told of each revision as soon as it is removed. */
  readonly onRemoved?: ((revision: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The pause between two calls that change something. */
  readonly pauseMs?: number | undefined;
}

export interface Collected {
  readonly family: string;
  readonly dryRun: boolean;
  /** The revisions that were removed, or would be. */
  readonly removed: readonly number[];
  readonly kept: readonly KeptRevision[];
  readonly failed: readonly FailedRevision[];
}

/**
 * Removes (deregisters) the old revisions of a flow's task definition that Slipway registered: by its tag, and no
 * others. Those stay that are among the newest, that a running task has, or whose hash is named. What a removed one
 * would be needed for later is registered again. Throws `CLOUD_UNREACHABLE` and `CLOUD_REFUSED` where the revisions
 * cannot be read.
 */
export async function collectGarbage(
  environment: SerializedEnvironment,
  defaults: EcsClientDefaults,
  options: CollectOptions,
): Promise<Collected> {
  const { flowName, dryRun = true, keepRevisions = KEEP, keepHashes = [] } = options;
  const given = storedArguments(environment);
  const args = fargateArguments(given);
  // Of a definition of the author's own nothing carries Slipway's tag, unless Slipway registered under it before.
  const family = args.pinned === undefined ? familyOf(args, flowName) : familyIn(args.pinned);
  const { clients, release } = shareCloud(clientConfig(given, defaults));
  try {
    const ecs = new Ecs(
      clients,
      createScrubber({ ...given, agent: { ...defaults.credentials } }, ["endpoint"]),
    );
    const revisions = await revisionsOf(ecs, family);
    const inUse = await revisionsInUse(ecs, family, clustersOf(args));
    const { kept, removable } = sortRevisions(revisions, { keepRevisions, keepHashes, inUse });
    if (dryRun) return { family, dryRun, removed: removable, kept, failed: [] };
    const { pauseMs = PAUSE_MS, signal, onRemoved } = options;
    const done = await deregister(ecs, {
      family,
      revisions: removable,
      pauseMs,
      signal,
      onRemoved,
    });
    return { family, dryRun, kept, ...done };
  } finally {
    release();
  }
}

/** Of all the author's ways to launch. */
function clustersOf(args: FargateArguments): readonly (string | undefined)[] {
  const ways = [...args.policy.variants.keys(), args.policy.variants.length];
  const clusters = ways.map((variant) => textOf(runOf(args, { variant, earlier: [] })["cluster"]));
  return [...new Set(clusters)];
}
