import { createRuleNames } from "../../retry-policy/rule-names.ts";
import { CAUSES, type Cause } from "../causes.ts";

/** No author gives these a rule: a run that was cancelled stays so, the agent itself waits for calls and for room, and `capacity` is more than a rule. */
const WITHOUT_RULE = ["Cancelled", "Capacity", "Throttled"] as const;

/** The node or the cluster took the pod away; the flow had no part in it. */
const DISRUPTIONS = ["Disrupted", "Preempted", "Evicted", "NodeLost", "PodDeleted"] as const;

/** Names that stand for several causes that one remedy fits. */
const GROUPED = { disruption: DISRUPTIONS } as const satisfies Readonly<
  Record<string, readonly Cause[]>
>;

/** A cause as a policy writes it: `outOfMemory`. `disruption` is a name of its own. */
export type RuleName =
  | Uncapitalize<Exclude<Cause, (typeof WITHOUT_RULE)[number]>>
  | keyof typeof GROUPED;

export const RULE_NAMES = createRuleNames<Cause>(CAUSES, WITHOUT_RULE, GROUPED);

/** Failures that may be gone when the Job is made again. */
export const TRANSIENT: readonly Cause[] = [
  ...DISRUPTIONS,
  "ImagePull",
  "Lost",
  "PodRejected",
  "StartTimeout",
  "VolumeUnavailable",
];
