import type { Notice } from "../../notice.ts";
import type { KubernetesArguments } from "../kubernetes-arguments.ts";
import { memoryOf, resourcesOf } from "../memory-growth.ts";
import { objectOf, podSpecOf } from "../read-job.ts";
import { containersOf } from "../spec/containers.ts";
import { pathText } from "../spec/finding.ts";

/** Of memory that nothing bounds or asks for. */
export function memoryNotices({ job, policy }: KubernetesArguments): readonly Notice[] {
  const [flow] = containersOf(job);
  const own = resourcesOf(flow?.container);
  const pod = resourcesOf(podSpecOf(job));
  const has = (holder: "limits" | "requests") =>
    [own, pod].some((resources) => (objectOf(resources[holder])["memory"] ?? null) !== null);
  const at = flow?.at ?? ["spec", "template", "spec", "containers", 0];
  if (policy.scaleMemory !== undefined && memoryOf(job) === undefined) {
    return [
      {
        path: "onInfrastructureFailure.outOfMemory.scaleMemory",
        message:
          "has nothing to grow: the flow's container asks for no memory. Give resources.requests.memory and resources.limits.memory",
      },
    ];
  }
  if (has("limits")) return [];
  return [
    {
      path: pathText([...at, "resources", "limits", "memory"]),
      message: has("requests")
        ? "is not given: a run that grows above what it asks for is evicted or killed when its node is short, with others beside it. `slipway environment advise` says how much runs use"
        : "is not given, nor a request: the pod goes to any node, however full, and is the first to be killed or evicted there. `slipway environment advise` says how much runs use",
    },
  ];
}
