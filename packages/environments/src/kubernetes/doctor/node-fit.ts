import type { JsonObject } from "@slipway/core";
import { objectsOf } from "../../plain-read.ts";
import { objectOf } from "../read-job.ts";
import { amountText } from "./amount-text.ts";
import { amountsOf, type PodSize } from "./pod-size.ts";

export interface NodeFit {
  readonly fitting: number;
  /** Why the others do not, with how many nodes each is of. */
  readonly reasons: readonly string[];
}

/**
 * How many nodes could hold the pod if nothing else ran there: by size, node selector and taints. Affinities are not
 * looked at, nor what runs there now.
 */
export function fittingNodes(
  nodes: readonly JsonObject[],
  podSpec: JsonObject,
  size: PodSize,
): NodeFit {
  const reasons = new Map<string, number>();
  let fitting = 0;
  for (const node of nodes) {
    const reason = reasonAgainst(node, podSpec, size);
    if (reason === undefined) fitting += 1;
    else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return { fitting, reasons: [...reasons].map(([reason, count]) => `${count} ${reason}`) };
}

function reasonAgainst(
  { metadata, spec, status }: JsonObject,
  podSpec: JsonObject,
  { requests }: PodSize,
): string | undefined {
  const labels = objectOf(objectOf(metadata)["labels"]);
  const wanted = Object.entries(objectOf(podSpec["nodeSelector"]));
  if (wanted.some(([name, value]) => labels[name] !== value)) {
    return "without the labels of `nodeSelector`";
  }
  const { taints } = objectOf(spec);
  const tolerations = objectsOf(podSpec["tolerations"]);
  const taint = objectsOf(taints).find(
    (one) =>
      one["effect"] !== "PreferNoSchedule" && !tolerations.some((other) => bears(other, one)),
  );
  if (taint !== undefined) return `with the taint ${String(taint["key"])}, which is not tolerated`;
  const has = amountsOf(objectOf(status)["allocatable"]);
  const short = [...requests].find(([name, amount]) => amount > (has.get(name) ?? 0));
  if (short === undefined) return undefined;
  const [name, amount] = short;
  return `with ${amountText(name, has.get(name) ?? 0)} ${name}, and the pod requests ${amountText(name, amount)}`;
}

/** An empty key with `Exists` bears all taints, and a missing effect all effects. */
function bears(toleration: JsonObject, taint: JsonObject): boolean {
  const { key, operator = "Equal", value = "", effect } = toleration;
  if (effect !== undefined && effect !== "" && effect !== taint["effect"]) return false;
  if (operator === "Exists") return !key || key === taint["key"];
  return key === taint["key"] && value === (taint["value"] ?? "");
}
