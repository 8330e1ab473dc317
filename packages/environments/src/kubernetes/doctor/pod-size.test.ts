import { describe, expect, it } from "vitest";
import { podSize } from "./pod-size.ts";

const memory = (request: string, limit?: string) => ({
  resources: {
    requests: { memory: request },
    ...(limit === undefined ? {} : { limits: { memory: limit } }),
  },
});

const requested = (podSpec: Parameters<typeof podSize>[0]) =>
  podSize(podSpec).requests.get("memory");

describe("podSize", () => {
  it("adds what runs at the same time, sidecars among it", () => {
    expect(
      requested({
        initContainers: [{ ...memory("4"), restartPolicy: "Always" }, memory("5")],
        containers: [memory("1"), memory("2")],
      }),
    ).toBe(9);
  });

  it("is as large as the largest init container beside the sidecars that began before it", () => {
    const sidecar = { ...memory("4"), restartPolicy: "Always" };
    const containers = [memory("1")];
    expect(requested({ initContainers: [sidecar, memory("10")], containers })).toBe(14);
    expect(requested({ initContainers: [memory("10"), sidecar], containers })).toBe(10);
  });

  it("counts the overhead of a runtime, and what is given for the whole pod in place of the sum", () => {
    const containers = [memory("1")];
    expect(requested({ containers, overhead: { memory: "3" } })).toBe(4);
    expect(requested({ containers, resources: { requests: { memory: "7" } } })).toBe(7);
  });

  it("takes a limit for the request that is not given, before a default", () => {
    const defaults = {
      requests: new Map([["memory", 9]]),
      limits: new Map([["memory", 20]]),
    };
    const given = podSize({ containers: [{ resources: { limits: { memory: "5" } } }] }, defaults);
    expect([given.requests.get("memory"), given.limits.get("memory")]).toEqual([5, 5]);
    const silent = podSize({ containers: [{}] }, defaults);
    expect([silent.requests.get("memory"), silent.limits.get("memory")]).toEqual([9, 20]);
  });
});
