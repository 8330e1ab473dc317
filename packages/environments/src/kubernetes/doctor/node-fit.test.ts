import type { JsonObject } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { fittingNodes } from "./node-fit.ts";
import { podSize } from "./pod-size.ts";

const node = (more: JsonObject = {}, labels: JsonObject = {}): JsonObject => ({
  metadata: { labels },
  spec: more,
  status: { allocatable: { cpu: "4", memory: "8Gi" } },
});
const TAINT = { key: "gpu", value: "yes", effect: "NoSchedule" };

function fit(podSpec: JsonObject, ...nodes: readonly JsonObject[]) {
  return fittingNodes(nodes, podSpec, podSize(podSpec));
}

const asking = (requests: JsonObject) => ({ containers: [{ resources: { requests } }] });

describe("fittingNodes", () => {
  it("counts the nodes that are large enough, and groups why others are not", () => {
    expect(fit(asking({ cpu: "4" }), node(), node())).toEqual({ fitting: 2, reasons: [] });
    expect(fit(asking({ memory: "9Gi" }), node(), node())).toEqual({
      fitting: 0,
      reasons: ["2 with 8192Mi memory, and the pod requests 9216Mi"],
    });
  });

  it("knows devices that a node does not have", () => {
    expect(fit(asking({ "nvidia.com/gpu": "1" }), node()).reasons).toEqual([
      "1 with 0 nvidia.com/gpu, and the pod requests 1",
    ]);
  });

  it("looks at the node selector", () => {
    const pod = { nodeSelector: { disk: "fast" } };
    expect(fit(pod, node(), node({}, { disk: "fast" })).fitting).toBe(1);
  });

  it.each([
    [[], 0],
    [[{ key: "gpu", value: "no" }], 0],
    [[{ key: "gpu", value: "yes" }], 1],
    [[{ key: "gpu", operator: "Exists", effect: "NoExecute" }], 0],
    [[{ key: "gpu", operator: "Exists", effect: "NoSchedule" }], 1],
    [[{ operator: "Exists" }], 1],
  ])("bears a taint with %j: %i", (tolerations, fitting) => {
    expect(fit({ tolerations }, node({ taints: [TAINT] })).fitting).toBe(fitting);
  });

  it("passes over a taint that is a wish only", () => {
    const wished = { ...TAINT, effect: "PreferNoSchedule" };
    expect(fit({}, node({ taints: [wished] })).fitting).toBe(1);
  });
});
