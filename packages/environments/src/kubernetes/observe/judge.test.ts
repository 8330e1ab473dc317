import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CONTEXT, looksAt, storiesOf } from "../../../test/replay.ts";
import type { Cause } from "../causes.ts";
import { judge } from "./judge.ts";

/** A recorded Job, why each of its attempts stopped, when the last one did, and whether something must be deleted. */
type Case = readonly [
  fixture: string,
  causes: readonly Cause[],
  seconds: readonly [least: number, most: number],
  mustDelete: boolean,
  says: RegExp,
];

const CASES: readonly Case[] = [
  // The flow's own end.
  [
    "success",
    ["EssentialContainerExited"],
    [5, 7],
    false,
    /^The flow's container ended; containers\[0\] exited with code 0$/,
  ],
  [
    "exit-3",
    ["EssentialContainerExited"],
    [5, 7],
    false,
    /exited with code 3; BackoffLimitExceeded/,
  ],
  ["exit-143", ["EssentialContainerExited"], [4, 7], false, /code 143 \(it was told to stop\)/],
  ["image-pulled", ["EssentialContainerExited"], [5, 7], false, /code 0$/],
  ["liveness", ["EssentialContainerExited"], [7, 9], false, /Unhealthy: Liveness probe failed/],
  [
    "policy-fail-job",
    ["EssentialContainerExited"],
    [6, 9],
    false,
    /PodFailurePolicy: Container containers\[0\] for pod ‹pod› failed/,
  ],
  ["suspended", ["EssentialContainerExited"], [28, 31], false, /code 0$/],
  ["gated", ["EssentialContainerExited"], [36, 39], false, /code 0$/],
  ["init-slow", ["EssentialContainerExited"], [10, 14], false, /code 0$/],
  ["oom", ["OutOfMemory"], [5, 8], false, /code 137; OOMKilled/],
  ["oom-child", ["OutOfMemory"], [5, 8], false, /code 5; OOMKilled/],
  // Sidecars.
  ["sidecar-never-ends", ["EssentialContainerExited"], [8, 12], true, /code 0$/],
  ["sidecar-failed", ["EssentialContainerExited"], [9, 12], false, /code 0; Backoff/],
  [
    "sidecar-oom",
    ["EssentialContainerExited"],
    [8, 11],
    false,
    /containers\[0\] exited with code 4/,
  ],
  ["native-sidecar", ["EssentialContainerExited"], [8, 12], false, /code 0$/],
  ["native-sidecar-crashes", ["EssentialContainerExited"], [12, 15], false, /code 0$/],
  // Kubernetes starts it again.
  [
    "backoff-2",
    ["EssentialContainerExited", "EssentialContainerExited", "EssentialContainerExited"],
    [34, 38],
    false,
    /BackoffLimitExceeded/,
  ],
  [
    "on-failure",
    ["EssentialContainerExited", "EssentialContainerExited", "CrashLoop"],
    [20, 24],
    false,
    /again and again/,
  ],
  [
    "on-failure-recovers",
    ["EssentialContainerExited", "EssentialContainerExited"],
    [7, 11],
    false,
    /code 0$/,
  ],
  // Somebody or something else ended it.
  [
    "job-deadline",
    ["DeadlineExceeded"],
    [4, 7],
    false,
    /Job was active longer than specified deadline/,
  ],
  ["pod-deadline", ["DeadlineExceeded"], [5, 8], false, /Pod was active on the node longer/],
  ["evicted-storage", ["Evicted"], [9, 11], false, /emptydir volume "v" exceeds the limit "1Mi"/i],
  ["evicted-by-api", ["Disrupted"], [5, 7], false, /EvictionByEvictionAPI: Eviction API: evicting/],
  ["preempted", ["Preempted"], [5, 8], false, /preempting to accommodate a higher priority pod/],
  ["pod-deleted", ["PodDeleted"], [5, 7], false, /Somebody deleted the pod/],
  ["job-deleted", ["JobDeleted"], [5, 7], false, /audit log/],
  ["job-deleted-background", ["JobDeleted"], [5, 7], false, /audit log/],
  [
    "node-stopped",
    ["NodeLost"],
    [128, 131],
    true,
    /does not answer any more; no word from it for 60 s/,
  ],
  ["node-unknown", ["NodeLost"], [50, 55], false, /PodGC: node no longer exists/],
  // It never started.
  ["init-fails", ["InitContainerFailed"], [6, 9], false, /initContainers\[0\] exited with code 6/],
  ["start-error", ["ContainerCannotRun"], [6, 9], false, /StartError; .*no such file or directory/],
  ["start-error-on-failure", ["ContainerCannotRun"], [4, 6], true, /StartError/],
  [
    "run-as-non-root",
    ["ContainerCannotRun"],
    [1, 3],
    true,
    /image will run as root \(pod: "‹pod›", container: containers\[0\]\)/,
  ],
  ["image-bad-name", ["InvalidImageName"], [1, 4], true, /invalid reference format/],
  [
    "image-missing",
    ["ImageNotFound"],
    [10, 20],
    true,
    /the image of containers\[0\] cannot be pulled: .*not found/,
  ],
  ["init-image-missing", ["ImageNotFound"], [10, 22], true, /the image of initContainers\[0\]/],
  ["image-never", ["ImageNotFound"], [1, 4], true, /pull policy of Never/],
  ["image-denied", ["ImagePullDenied"], [10, 20], true, /401 Unauthorized/],
  ["image-refused", ["ImagePull"], [600, 604], true, /connection refused/],
  ["secret-missing", ["ConfigMissing"], [30, 35], true, /secret "nothing" not found/],
  ["configmap-missing", ["ConfigMissing"], [30, 35], true, /configmap "nothing" not found/],
  [
    "service-account-missing",
    ["ConfigMissing"],
    [30, 35],
    true,
    /serviceaccount "nothing" not found/,
  ],
  ["volume-secret-missing", ["VolumeUnavailable"], [30, 35], true, /secret "nothing" not found/],
  [
    "volume-configmap-missing",
    ["VolumeUnavailable"],
    [30, 35],
    true,
    /configmap "nothing" not found/,
  ],
  ["volume-host-path-missing", ["VolumeUnavailable"], [30, 35], true, /is not a file/],
  [
    "pvc-missing",
    ["VolumeUnavailable"],
    [30, 35],
    true,
    /persistentvolumeclaim "nothing" not found/,
  ],
  ["quota", ["QuotaExceeded"], [0, 8], true, /exceeded quota: few, requested: pods=1/],
  [
    "limit-range",
    ["AdmissionDenied"],
    [0, 8],
    true,
    /pods "‹pod›" is forbidden: maximum memory usage per Container is 32Mi/,
  ],
  ["pod-security", ["AdmissionDenied"], [0, 8], true, /violates PodSecurity "restricted:latest"/],
  [
    "rejected-cpu",
    ["PodRejected"],
    [3, 6],
    false,
    /OutOfcpu: Pod was rejected: Node didn't have enough resource: cpu/,
  ],
  ["rejected-affinity", ["PodRejected"], [3, 6], false, /NodeAffinity/],
  [
    "unschedulable-cpu",
    ["Unschedulable"],
    [1_795, 1_805],
    true,
    /waits for room: 0\/1 nodes are available: 1 Insufficient cpu/,
  ],
  [
    "unschedulable-selector",
    ["Unschedulable"],
    [1_795, 1_805],
    true,
    /didn't match Pod's node affinity\/selector/,
  ],
];

/** Those whose last start goes on when the recording ends. */
const RUNNING: readonly (readonly [string, readonly Cause[]])[] = [
  ["pod-deleted-backoff", ["PodDeleted"]],
  ["replacement-failed", ["PodDeleted"]],
  ["policy-ignore", ["Disrupted"]],
];

const LATER = { later: 2_000 };

describe("judge, over Jobs that were recorded", () => {
  it.each(CASES)("%s", (fixture, causes, [least, most], mustDelete, says) => {
    const stories = storiesOf(fixture, LATER);
    expect(
      stories.map(({ verdict }) => verdict.status === "stopped" && verdict.diagnosis.cause),
    ).toEqual(causes);
    const { verdict, seconds } = stories.at(-1) ?? expect.fail("no attempt");
    expect(verdict).toMatchObject({ status: "stopped", mustDelete });
    expect(verdict).not.toHaveProperty("startsOver");
    expect(verdict.status === "stopped" && verdict.diagnosis.message).toMatch(says);
    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThanOrEqual(most);
  });

  it.each(RUNNING)("%s goes on as another attempt", (fixture, causes) => {
    const stories = storiesOf(fixture);
    expect(
      stories.map(({ verdict }) =>
        verdict.status === "stopped" ? verdict.diagnosis.cause : verdict.status,
      ),
    ).toEqual([...causes, "running"]);
    const [{ verdict } = expect.fail("no attempt")] = stories;
    expect(verdict).toMatchObject({ startsOver: ["pod-uid-1/0"], mustDelete: false });
  });

  it("has a case for each recording", () => {
    const recorded = readdirSync(new URL("./fixtures/", import.meta.url));
    const told = [...CASES, ...RUNNING].map(([fixture]) => `${fixture}.jsonl`);
    expect(told.toSorted()).toEqual(recorded.toSorted());
  });

  it("names the starts that are over where the kubelet restarts the container", () => {
    const over = storiesOf("on-failure").map(
      ({ verdict }) => verdict.status === "stopped" && verdict.startsOver,
    );
    expect(over).toEqual([["pod-uid-1/0"], ["pod-uid-1/0", "pod-uid-1/1"], undefined]);
  });

  it("tells of each attempt when it started and ended", () => {
    const [first, second] = storiesOf("on-failure-recovers").map(({ verdict }) => verdict.timeline);
    expect(Object.keys(first ?? {})).toEqual([
      "jobCreatedAt",
      "podCreatedAt",
      "scheduledAt",
      "startedAt",
      "finishedAt",
    ]);
    expect(Date.parse(second?.["startedAt"] ?? "")).toBeGreaterThanOrEqual(
      Date.parse(first?.["finishedAt"] ?? ""),
    );
    expect(storiesOf("image-pulled")[0]?.verdict.timeline).toMatchObject({
      pullStartedAt: expect.stringMatching(/^2026-/),
      pullStoppedAt: expect.stringMatching(/^2026-/),
    });
  });

  it("says in one line what a start waits for", () => {
    const waits = (fixture: string) =>
      storiesOf(fixture, { later: 5 }).flatMap(({ messages }) => messages);
    expect(waits("suspended")).toContain("the Job is suspended");
    expect(waits("gated")).toContain("waits for its scheduling gates to be lifted");
    expect(waits("image-pulled")).toContain("pulls the image (… s)");
    expect(waits("init-slow")).toContain("waits for initContainers[0]");
    expect(waits("preempted")).toContain("its pod is being deleted: PreemptionByScheduler");
    expect(waits("node-stopped")).toContain("its node has not answered for … s");
    expect(waits("unschedulable-selector")).toContainEqual(
      expect.stringMatching(/^waits for room: 0\/1 nodes are available: 1 node\(s\) didn't match/),
    );
  });
});

describe("judge, at every look at every recording", () => {
  const names = readdirSync(new URL("./fixtures/", import.meta.url)).map((file) =>
    file.replace(".jsonl", ""),
  );

  it.each(names)("%s: what has stopped stays so, for the same cause", (fixture) => {
    const found: (string | undefined)[] = [];
    for (const { now, sight } of looksAt(fixture)) {
      const verdict = judge(sight, { ...CONTEXT, now });
      if (verdict.status === "stopped") found.push(verdict.diagnosis.cause);
      else expect(found).toEqual([]);
      // From here on another attempt is asked for, or the Job is deleted.
      if (verdict.status === "stopped" && (verdict.startsOver || verdict.mustDelete)) break;
      expect(JSON.stringify(verdict).length).toBeLessThan(16_384);
    }
    expect(new Set(found).size).toBeLessThanOrEqual(1);
  });

  it.each(names)("%s: tells nothing by the names of pods, Job, node and namespace", (fixture) => {
    for (const { now, sight } of looksAt(fixture)) {
      const told = JSON.stringify(judge(sight, { ...CONTEXT, now: now + 3_600_000 }));
      expect(told).not.toMatch(/etl-7f3a|node-1|flows\//);
    }
  });
});
