import type { JsonObject } from "@slipway/core";
import { textOf } from "../../plain-read.ts";
import { objectOf } from "../read-job.ts";
import { amountText } from "./amount-text.ts";
import { amountsOf, type PodSize } from "./pod-size.ts";

/** What keeps a Job out of a ResourceQuota. */
export interface QuotaProblem {
  readonly quota: string;
  /** In words, for example `requests.memory: 3072Mi of 4096Mi are used, and a run takes 2048Mi`. */
  readonly problem: string;
  /** True where no Job's end helps: a run alone is larger, or it does not say what it takes. */
  readonly forGood: boolean;
  /** The quota counts some pods only, by these scopes. */
  readonly scoped: boolean;
}

/** One launch: a Secret, a Job and its pod. */
const OBJECTS: ReadonlyMap<string, number> = new Map(
  ["pods", "count/pods", "secrets", "count/secrets", "count/jobs.batch"].map((name) => [name, 1]),
);
/** Of these a quota demands that every container says what it takes. */
const DEMANDED = ["cpu", "memory"];

export function quotaProblems(quota: JsonObject, size: PodSize): readonly QuotaProblem[] {
  const status = objectOf(quota["status"]);
  const spec = objectOf(quota["spec"]);
  const used = amountsOf(status["used"]);
  const scoped = spec["scopes"] !== undefined || spec["scopeSelector"] !== undefined;
  const name = textOf(objectOf(quota["metadata"])["name"]) ?? "";
  return [...amountsOf(status["hard"] ?? spec["hard"])].flatMap(([counted, hard]) => {
    const { taken, unsaid } = takenOf(counted, size);
    const problem = (words: string, forGood: boolean) => [
      { quota: name, problem: `${counted}: ${words}`, forGood, scoped },
    ];
    if (unsaid.length > 0) {
      return problem(`it is counted, and ${unsaid.join(", ")} does not say what it takes`, true);
    }
    const already = used.get(counted) ?? 0;
    if (taken === 0 || already + taken <= hard) return [];
    const text = (amount: number) => amountText(counted, amount);
    return problem(
      `${text(already)} of ${text(hard)} are used, and a run takes ${text(taken)}`,
      taken > hard,
    );
  });
}

function takenOf(counted: string, size: PodSize) {
  const objects = OBJECTS.get(counted);
  if (objects !== undefined) return { taken: objects, unsaid: [] };
  const [, kind = "requests", resource = counted] = /^(requests|limits)\.(.+)$/.exec(counted) ?? [];
  const of = kind === "limits" ? "limits" : "requests";
  const demanded = DEMANDED.includes(resource) && !size.whole[of].has(resource);
  const silent = size.containers.filter((container) => demanded && !container[of].has(resource));
  return { taken: size[of].get(resource) ?? 0, unsaid: silent.map(({ place }) => place) };
}
