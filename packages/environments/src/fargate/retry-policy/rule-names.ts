import { createRuleNames } from "../../retry-policy/rule-names.ts";
import { CAUSES, type Cause } from "../causes.ts";

/** No author gives these a rule: a run that was cancelled stays so, the agent itself waits for calls and for room, and `capacity` is more than a rule. */
const WITHOUT_RULE = ["Cancelled", "Capacity", "Throttled"] as const;

/** A cause as a policy writes it: `outOfMemory`. `spot` and `imagePull` are names of their own. */
export type RuleName =
  | Uncapitalize<Exclude<Cause, (typeof WITHOUT_RULE)[number]>>
  | keyof typeof GROUPED;

/** Names that stand for a cause by a shorter word, or for several that one remedy fits. */
const GROUPED = {
  spot: ["SpotInterruption"],
  imagePull: ["ImagePull", "ImagePullTimeout"],
} as const satisfies Readonly<Record<string, readonly Cause[]>>;

export const RULE_NAMES = createRuleNames<Cause>(CAUSES, WITHOUT_RULE, GROUPED);

/**
 * Failures that may be gone when the task is launched again. The list is AWS's troubleshooting page for stopped
 * tasks without what stays wrong until somebody mends it.
 */
export const TRANSIENT: readonly Cause[] = [
  "ImagePull",
  "ImagePullTimeout",
  "NetworkInterface",
  "EphemeralStorage",
  "StartTimeout",
  "TaskFailedToStart",
  "InfrastructureHealth",
  "SpotInterruption",
  "TerminationNotice",
  "Lost",
];
