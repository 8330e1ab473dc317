import type { JsonObject } from "@slipway/core";
import { allowed, type Finding, type Probe } from "../../doctor/check.ts";
import { causeOf } from "../../fargate/cloud-error.ts";
import { defaultsOf, limitProblems } from "./limit-fit.ts";
import { listAll } from "./list-all.ts";
import { fittingNodes } from "./node-fit.ts";
import { type PodSize, podSize } from "./pod-size.ts";
import { quotaProblems } from "./quota-fit.ts";
import { ifReadable, READ } from "./reading.ts";
import { inNamespace, type KubernetesSubject, podSpecIn } from "./subject.ts";

/** Whether the namespace and the nodes have room for one more run. */
export function roomProbes(subject: KubernetesSubject): readonly Probe[] {
  return [quotaProbe(subject), limitProbe(subject), nodeProbe(subject)];
}

function quotaProbe(subject: KubernetesSubject): Probe {
  return {
    action: "fit the ResourceQuotas",
    resource: inNamespace(subject),
    how: READ,
    run: () =>
      ifReadable(async () => {
        const quotas = await listIn(subject, "ResourceQuotas", "resourcequotas");
        if (quotas.length === 0) return allowed("there are none");
        const size = await sizeOf(subject);
        return quotaFinding(quotas, size);
      }),
  };
}

function quotaFinding(quotas: readonly JsonObject[], size: PodSize): Finding {
  const problems = quotas.flatMap((quota) => quotaProblems(quota, size));
  if (problems.length === 0) return allowed("there is room for a run");
  const certain = problems.filter(({ scoped }) => !scoped);
  const message = problems
    .map(({ quota, problem, scoped }) =>
      scoped ? `${quota} (which counts some pods only): ${problem}` : `${quota}: ${problem}`,
    )
    .join("; ");
  const advice = problems.some(({ forGood }) => forGood)
    ? "give every container requests and limits within the quota, or have the quota raised"
    : "wait for other Jobs to end, or have the quota raised";
  return { ok: certain.length > 0 ? false : null, message, advice };
}

function limitProbe(subject: KubernetesSubject): Probe {
  return {
    action: "fit the LimitRanges",
    resource: inNamespace(subject),
    how: READ,
    run: () =>
      ifReadable(async () => {
        const ranges = await listIn(subject, "LimitRanges", "limitranges");
        if (ranges.length === 0) return allowed("there are none");
        const problems = limitProblems(ranges, podSize(podSpecIn(subject), defaultsOf(ranges)));
        return problems.length === 0
          ? allowed("the pod is within them")
          : {
              ok: false,
              message: problems.join("; "),
              advice: "change the container's `resources`, or have the LimitRange changed",
            };
      }),
  };
}

/** A cluster that grows on demand has no room today for what it makes room for. */
function nodeProbe(subject: KubernetesSubject): Probe {
  return {
    action: "find a node large enough",
    resource: "the cluster",
    how: "read the nodes",
    optional: true,
    run: () =>
      ifReadable(async () => {
        const nodes = await listAll(subject.api, "Nodes", "/api/v1/nodes");
        const { fitting, reasons } = fittingNodes(nodes, podSpecIn(subject), await sizeOf(subject));
        if (fitting > 0) {
          return allowed(`${fitting} of ${nodes.length} nodes could hold the pod when empty`);
        }
        return {
          ok: false,
          message: `none of ${nodes.length} nodes could hold the pod, not even when empty${reasons.length > 0 ? `: ${reasons.join("; ")}` : ""}`,
          advice: "ask for less, or see that the cluster adds such nodes by itself",
        };
      }),
  };
}

function listIn({ api, namespace }: KubernetesSubject, name: string, plural: string) {
  return listAll(api, name, `/api/v1/namespaces/${encodeURIComponent(namespace)}/${plural}`);
}

/** With the namespace's defaults, where those may be read. */
async function sizeOf(subject: KubernetesSubject): Promise<PodSize> {
  try {
    const ranges = await listIn(subject, "LimitRanges", "limitranges");
    return podSize(podSpecIn(subject), defaultsOf(ranges));
  } catch (error) {
    if (causeOf(error) !== "AccessDenied") throw error;
    return podSize(podSpecIn(subject));
  }
}
