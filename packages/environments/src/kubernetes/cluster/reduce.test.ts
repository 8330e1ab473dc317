import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { reduceEvent } from "./reduce-event.ts";
import { reduceJob } from "./reduce-job.ts";
import { reducePod } from "./reduce-pod.ts";

/** As a cluster of 1.34 answered. */
async function answered(name: string) {
  return JSON.parse(await readFile(new URL(`fixtures/${name}.json`, import.meta.url), "utf8"));
}

describe("what is kept of an object", () => {
  it("of a Job", async () => {
    const job = reduceJob(await answered("failed-job"));
    expect(job).toMatchObject({
      name: "q",
      labels: { identifier: "a" },
      backoffLimit: 0,
      suspend: false,
      failed: 1,
      conditions: [{ type: "FailureTarget" }, { type: "Failed", reason: "BackoffLimitExceeded" }],
    });
    expect(job?.conditions[1]).not.toHaveProperty("lastProbeTime");
  });

  it("of a pod, with its containers in the specification's order", async () => {
    const raw = await answered("failed-pod");
    const [flow] = raw.spec.containers;
    raw.spec.containers.push({ ...flow, name: "a-side", resources: {} });
    raw.status.containerStatuses.unshift({
      name: "a-side",
      ready: true,
      restartCount: 2,
      state: { running: { startedAt: "2026-01-01T00:00:00Z" } },
      lastState: { terminated: { exitCode: 1, containerID: "containerd://1" } },
    });
    const pod = reducePod(raw);
    expect(pod).toMatchObject({
      ownerUid: raw.metadata.ownerReferences[0].uid,
      phase: "Failed",
      restartPolicy: "Never",
      containers: [
        { name: "flow", memoryLimit: "64Mi", state: { terminated: { exitCode: 3 } } },
        { name: "a-side", restartCount: 2, lastState: { terminated: { exitCode: 1 } } },
      ],
    });
    expect(pod?.containers[1]?.lastState.terminated).toEqual({ exitCode: 1 });
    expect(pod?.containers[1]).not.toHaveProperty("memoryLimit");
  });

  it("of a pod that nobody has looked at yet, and whose owner is known by a label alone", async () => {
    const { metadata, spec } = await answered("failed-pod");
    const { ownerReferences, ...orphaned } = metadata;
    expect(reducePod({ metadata: orphaned, spec })).toMatchObject({
      ownerUid: ownerReferences[0].uid,
      phase: "Pending",
      containers: [{ name: "flow", ready: false, restartCount: 0, state: {}, lastState: {} }],
    });
    expect(reducePod({ metadata: { ...orphaned, labels: {} }, spec })).toBeUndefined();
    expect(reduceJob({})).toBeUndefined();
  });

  it.each([
    [{ lastTimestamp: "2026-01-01T00:00:02Z", count: 4 }, "2026-01-01T00:00:02Z", 4],
    [{ eventTime: "2026-01-01T00:00:03Z" }, "2026-01-01T00:00:03Z", 1],
    [
      {
        eventTime: "2026-01-01T00:00:03Z",
        series: { count: 9, lastObservedTime: "2026-01-01T00:00:08Z" },
      },
      "2026-01-01T00:00:08Z",
      9,
    ],
    [{}, "2026-01-01T00:00:01Z", 1],
  ])("of an event, whoever wrote it: %j", (more, at, count) => {
    const metadata = { uid: "e", creationTimestamp: "2026-01-01T00:00:01Z" };
    const of = (kind: string) =>
      reduceEvent({ metadata, involvedObject: { kind, uid: "p" }, reason: "Pulled", ...more });
    expect(of("Pod")).toMatchObject({ involvedUid: "p", type: "Normal", at, count });
    expect(of("Node")).toBeUndefined();
  });
});
