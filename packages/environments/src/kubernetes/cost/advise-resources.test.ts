import type { JsonObject, ResourceUsage } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { adviseResources } from "./advise-resources.ts";

const usage = (given: Partial<ResourceUsage>): ResourceUsage => ({ samples: 10, ...given });

function advise(usages: readonly ResourceUsage[], resources?: JsonObject) {
  const containers = [{ name: "main", ...(resources === undefined ? {} : { resources }) }];
  const spec = { template: { spec: { containers } } };
  return adviseResources(
    {
      version: 1,
      type: "KubernetesJobEnvironment",
      arguments: { jobSpec: { apiVersion: "batch/v1", kind: "Job", spec } },
    },
    usages,
  );
}

describe("advice on a Job's resources", () => {
  it("is none where no run told its memory", () => {
    expect(advise([])).toBeUndefined();
    expect(advise([usage({ cpuPeak: 1 })])).toBeUndefined();
  });

  it("asks for the largest peak with a quarter more, as request and limit alike", () => {
    const runs = [usage({ memoryPeakMiB: 90 }), usage({ memoryPeakMiB: 200 })];
    expect(advise(runs)?.resources).toEqual({
      requests: { memory: "256Mi" },
      limits: { memory: "256Mi" },
    });
    expect(advise([usage({ memoryPeakMiB: 15 })])?.resources.limits.memory).toBe("128Mi");
    expect(advise([usage({ memoryPeakMiB: 1000 })])?.resources.limits.memory).toBe("1280Mi");
    expect(advise([usage({ memoryPeakMiB: 5000 })])?.resources.limits.memory).toBe("6400Mi");
  });

  it("asks for the busiest run's mean CPU, and sets no limit that the author has not", () => {
    const runs = [
      usage({ memoryPeakMiB: 100, cpuMean: 0.2, cpuPeak: 1.9 }),
      usage({ memoryPeakMiB: 100, cpuMean: 0.5, cpuPeak: 0.9 }),
    ];
    expect(advise(runs)?.resources).toEqual({
      requests: { cpu: "600m", memory: "128Mi" },
      limits: { memory: "128Mi" },
    });
    expect(advise([usage({ memoryPeakMiB: 1, cpuMean: 0.001 })])?.resources.requests.cpu).toBe(
      "50m",
    );
  });

  it("lowers an author's CPU limit to the peak, but not where runs were held by it", () => {
    const limited = { limits: { cpu: "2", memory: "4G" }, requests: { cpu: "1", memory: "2G" } };
    const idle = advise([usage({ memoryPeakMiB: 400, cpuMean: 0.1, cpuPeak: 0.5 })], limited);
    expect(idle).toMatchObject({
      resources: { requests: { cpu: "150m", memory: "512Mi" }, limits: { cpu: "600m" } },
      current: limited,
      why: expect.stringMatching(/the last run used at most 400 MiB.*0\.10 CPU on average/),
    });
    const busy = advise([usage({ memoryPeakMiB: 400, cpuMean: 1.2, cpuPeak: 1.95 })], limited);
    expect(busy?.resources.limits.cpu).toBe("2");
  });

  it("never asks for more CPU than the limit beside it, which Kubernetes refuses", () => {
    const limited = { limits: { cpu: "1" }, requests: { cpu: "500m" } };
    for (const cpuPeak of [1, undefined]) {
      const full = usage({ memoryPeakMiB: 100, cpuMean: 0.99, ...(cpuPeak && { cpuPeak }) });
      expect(advise([full], limited)?.resources).toMatchObject({
        requests: { cpu: "1200m" },
        limits: { cpu: "1200m" },
      });
    }
  });

  it("keeps the author's CPU where no run told", () => {
    const given = { requests: { cpu: "250m" } };
    expect(advise([usage({ memoryPeakMiB: 100 })], given)?.resources.requests.cpu).toBe("250m");
  });

  it("says where runs had no memory to spare", () => {
    const full = usage({ memoryPeakMiB: 510, memoryLimitMiB: 512 });
    expect(advise([full])?.why).toContain("at times all that there was");
    expect(advise([full])?.resources.limits.memory).toBe("640Mi");
  });
});
