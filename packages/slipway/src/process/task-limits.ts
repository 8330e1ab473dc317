import { isPlainObject } from "@slipway/core";
import type { UsageLimits } from "./resource-usage.ts";

const ANSWER_WITHIN_MS = 1_000;

/** What the ECS task may use, as the task metadata endpoint (version 4) says: vCPU and MiB. Nothing where it does not answer. */
export async function fetchTaskLimits(metadataUri: string): Promise<UsageLimits> {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const response = await fetch(`${metadataUri}/task`, { signal });
    return parseTaskLimits(await response.json());
  } catch {
    return {};
  }
}

export function parseTaskLimits(task: unknown): UsageLimits {
  const limits = isPlainObject(task) ? task["Limits"] : undefined;
  if (!isPlainObject(limits)) return {};
  return { cpu: positive(limits["CPU"]), memoryMiB: positive(limits["Memory"]) };
}

function positive(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 ? value : undefined;
}
