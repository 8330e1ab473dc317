import { createHash } from "node:crypto";

/** The longest name of a Job whose pods can carry it as a label. */
const LONGEST = 63;

/**
 * A Job's name by Kubernetes' rule (lower case letters, digits and hyphens, at most 63): the author's as prefix,
 * then what is the same for each launch of an attempt, so that a repeated launch meets the Job that is there.
 */
export function jobName(prefix: string, flowRunId: string, attempt: number): string {
  const suffix = createHash("sha256").update(`${flowRunId}-${attempt}`).digest("hex").slice(0, 10);
  const words = prefix
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "");
  const kept = words.slice(0, LONGEST - suffix.length - 1).replace(/-+$/, "");
  return `${kept || "flow"}-${suffix}`;
}
