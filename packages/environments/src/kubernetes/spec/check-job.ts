import type { JsonObject } from "@slipway/core";
import { checkContainers } from "./check-containers.ts";
import { checkHeader } from "./check-header.ts";
import { checkLimits } from "./check-limits.ts";
import { checkMetadata } from "./check-metadata.ts";
import { checkOneRun } from "./check-one-run.ts";
import { checkShapes } from "./check-shapes.ts";
import { checkVariables } from "./check-variables.ts";
import type { Finding, JobCheck } from "./finding.ts";

const CHECKS: readonly JobCheck[] = [
  checkHeader,
  checkShapes,
  checkMetadata,
  checkContainers,
  checkVariables,
  checkLimits,
  checkOneRun,
];

/**
 * What in a Job Kubernetes surely refuses, or what breaks the run: no more, since the API server knows its own fields
 * best. The first check that finds something has the word: later ones rely on it.
 */
export function checkJob(job: JsonObject): readonly Finding[] {
  for (const check of CHECKS) {
    const findings = check(job);
    if (findings.length > 0) return findings;
  }
  return [];
}
