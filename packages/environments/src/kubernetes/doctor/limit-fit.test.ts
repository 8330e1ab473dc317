import { describe, expect, it } from "vitest";
import { defaultsOf, limitProblems } from "./limit-fit.ts";
import { podSize } from "./pod-size.ts";

const range = (item: Record<string, string | Record<string, string>>) => [
  { spec: { limits: [{ type: "Container", ...item }] } },
];
const container = (memory: string) => ({ resources: { limits: { memory } } });

describe("limitProblems", () => {
  const ranges = range({ max: { memory: "2Gi" }, min: { memory: "64Mi" } });

  it.each([
    ["64Mi", []],
    ["2Gi", []],
    ["3Gi", ["containers[0] has a limit of 3072Mi memory, and 2048Mi is the most"]],
    ["32Mi", ["containers[0] has a request of 32Mi memory, and 64Mi is the least"]],
  ])("of %s: %j", (memory, expected) => {
    expect(limitProblems(ranges, podSize({ containers: [container(memory)] }))).toEqual(expected);
  });

  it("misses what is not given, unless the range itself gives it", () => {
    const silent = { containers: [{}] };
    expect(limitProblems(ranges, podSize(silent))).toHaveLength(2);
    const giving = range({ max: { memory: "2Gi" }, default: { memory: "1Gi" } });
    expect(limitProblems(giving, podSize(silent, defaultsOf(giving)))).toEqual([]);
  });

  it("measures the pod as a whole", () => {
    const ofPod = range({ type: "Pod", max: { memory: "3Gi" } });
    const pod = podSize({ containers: [container("2Gi"), container("2Gi")] });
    expect(limitProblems(ofPod, pod)).toEqual([
      "the pod has a limit of 4096Mi memory, and 3072Mi is the most",
    ]);
  });
});
