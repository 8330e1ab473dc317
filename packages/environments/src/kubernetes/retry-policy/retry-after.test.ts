import type { JsonObject } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { scaleMemory } from "../../retry-policy/scale-memory.ts";
import { kubernetesArguments } from "../kubernetes-arguments.ts";
import { parsePolicy } from "./policy.ts";
import { retryAfter } from "./retry-after.ts";

const plain = (given: object): JsonObject => JSON.parse(JSON.stringify(given));

interface Given {
  readonly rules?: object;
  readonly resources?: object;
  readonly pod?: object;
}

function after(
  cause: string,
  earlier: readonly string[],
  { rules = {}, resources, pod }: Given = {},
) {
  const containers = [{ name: "flow", resources }];
  const jobSpec = { spec: { template: { spec: { ...pod, containers } } } };
  const args = kubernetesArguments(plain({ jobSpec, onInfrastructureFailure: rules }));
  return retryAfter(args, { cause }, { earlier });
}

describe("a policy for Kubernetes", () => {
  it("waits ten minutes for a start, half an hour for room, and gives ten seconds to end", () => {
    expect(parsePolicy({})).toMatchObject({
      startTimeoutMs: 600_000,
      capacityDeadlineMs: 1_800_000,
      stopGraceMs: 10_000,
    });
    const given = {
      startTimeout: "1h",
      stopGrace: "30s",
      onInfrastructureFailure: { capacity: { deadline: "2h" } },
    };
    expect(parsePolicy(given)).toMatchObject({
      startTimeoutMs: 3_600_000,
      capacityDeadlineMs: 7_200_000,
      stopGraceMs: 30_000,
    });
  });

  it.each([
    [{ outOfMemry: { retries: 1 } }, /outOfMemry` is not known; did you mean `outOfMemory`/],
    [{ spot: { retries: 1 } }, /spot` is not known/],
    [{ disruption: { retries: -1 } }, /disruption.retries` is -1/],
    [{ disruption: { retries: 1, then: "x" } }, /disruption.then` is not known/],
    [{ evicted: { retries: 1, delay: "2 weeks" } }, /evicted.delay` is "2 weeks"/],
    [{ capacity: { deadline: "60d" } }, /capacity.deadline/],
    [{ capacity: { then: [] } }, /capacity.then` is not known/],
    [{ outOfMemory: { retries: 1, scaleMemory: { factor: 1, max: "1Gi" } } }, /factor` is 1/],
    [{ outOfMemory: { retries: 1, scaleMemory: { factor: 2, max: "lots" } } }, /max` is "lots"/],
    [{ outOfMemory: { retries: 1, scaleMemory: { factor: 2 } } }, /max` is null/],
  ])("refuses %j", (rules, words) => {
    expect(() => parsePolicy(plain({ onInfrastructureFailure: rules }))).toThrow(
      expect.objectContaining({
        code: "ENVIRONMENT_INVALID",
        message: expect.stringMatching(words),
      }),
    );
  });
});

describe("what follows an attempt", () => {
  it.each(["Disrupted", "Preempted", "Evicted", "NodeLost", "PodDeleted", "ImagePull", "Lost"])(
    "is another one, twice, after %s, where none of the flow's code has run",
    (cause) => {
      expect(after(cause, [])).toMatchObject({ unlessStarted: true, delayMs: 5_000 });
      expect(after(cause, [cause])).toMatchObject({ delayMs: 10_000 });
      expect(after(cause, [cause, cause])).toBeUndefined();
    },
  );

  it.each([
    "AdmissionDenied",
    "Capacity",
    "ConfigMissing",
    "EssentialContainerExited",
    "ImageNotFound",
    "JobDeleted",
    "OutOfMemory",
    "Unschedulable",
  ])("is none after %s, unless the author says so", (cause) => {
    expect(after(cause, [])).toBeUndefined();
  });

  it("has one budget for all disruptions, and one apart for a cause that is named", () => {
    const rules = { disruption: { retries: 2, delay: "1m" }, evicted: { retries: 1 } };
    expect(after("NodeLost", ["Preempted"], { rules })).toEqual({
      delayMs: 60_000,
      reason: "retry 2 of 2 after NodeLost",
      unlessStarted: false,
    });
    expect(after("NodeLost", ["Preempted", "Disrupted"], { rules })).toBeUndefined();
    expect(after("NodeLost", ["Evicted", "Evicted"], { rules })).toMatchObject({
      reason: "retry 1 of 2 after NodeLost",
    });
    expect(after("Evicted", ["Evicted"], { rules })).toBeUndefined();
  });

  it("has more memory after OutOfMemory, and is none where there is no more to get", () => {
    const rules = { outOfMemory: scaleMemory({ max: "3Gi" }) };
    const given = { rules, resources: { limits: { memory: "1Gi" } } };
    expect(after("OutOfMemory", [], given)?.reason).toMatch(/1 of 3.*with 2048 MiB of memory$/);
    expect(after("OutOfMemory", ["OutOfMemory"], given)?.reason).toMatch(/with 3072 MiB/);
    expect(after("OutOfMemory", ["OutOfMemory", "OutOfMemory"], given)).toBeUndefined();
    expect(after("OutOfMemory", [], { rules })).toBeUndefined();
  });

  it("grows the pod's own limit where the container has none", () => {
    const rules = { outOfMemory: scaleMemory() };
    const pod = { resources: { limits: { memory: "512Mi" } } };
    expect(after("OutOfMemory", [], { rules, pod })?.reason).toMatch(/with 1024 MiB/);
  });

  it("is another one without more memory where the author asks for no more", () => {
    const rules = { outOfMemory: { retries: 1 } };
    expect(after("OutOfMemory", [], { rules })?.reason).toBe("retry 1 of 1 after OutOfMemory");
  });
});
