import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "@slipway/core";
import { causeOf } from "../cloud-error.ts";
import type { Ecs } from "../ecs.ts";

/** How often one revision is tried where AWS says that it was asked too often. */
const TRIES = 5;

export interface FailedRevision {
  readonly revision: number;
  readonly message: string;
}

interface Wanted {
  readonly family: string;
  readonly revisions: readonly number[];
  readonly pauseMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onRemoved: ((revision: number) => void) | undefined;
}

/** Removes revisions one by one, slowly enough for AWS. Stops early, without an error, where the signal is aborted. */
export async function deregister(ecs: Ecs, wanted: Wanted) {
  const removed: number[] = [];
  const failed: FailedRevision[] = [];
  for (const [index, revision] of wanted.revisions.entries()) {
    if (index > 0) await pause(wanted.pauseMs, wanted.signal);
    if (wanted.signal?.aborted) break;
    const message = await remove(ecs, revision, wanted);
    if (message === undefined) {
      removed.push(revision);
      wanted.onRemoved?.(revision);
    } else failed.push({ revision, message });
  }
  return { removed, failed };
}

/** Answers why it did not work. */
async function remove(ecs: Ecs, revision: number, { family, pauseMs, signal }: Wanted) {
  for (let tries = 1; ; tries += 1) {
    try {
      await ecs.deregisterTaskDefinition({ taskDefinition: `${family}:${revision}` });
      return undefined;
    } catch (error) {
      if (causeOf(error) !== "Throttled" || tries === TRIES || signal?.aborted)
        return messageOf(error);
      await pause(pauseMs * 2 ** tries, signal);
    }
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
