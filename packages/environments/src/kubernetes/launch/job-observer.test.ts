import type { JsonObject } from "@slipway/core";
import { describe, expect, it, vi } from "vitest";
import type { KubeApi, KubeCall } from "../api/kube-api.ts";
import { refusalError } from "../api/kube-errors.ts";
import { ClusterWatch } from "../cluster/cluster-watch.ts";
import { kubernetesArguments } from "../kubernetes-arguments.ts";
import { JobObserver } from "./job-observer.ts";
import { launchScrubber } from "./scrub-launch.ts";

const LONG_AGO = "2026-01-01T00:00:00Z";
const INFRASTRUCTURE = { kind: "KubernetesJob", id: "j", details: { installation: "i" } };
const ARGS = {
  jobSpec: { spec: { template: { spec: { containers: [{ name: "flow" }, { name: "side" }] } } } },
};

const job = {
  metadata: { name: "job", uid: "j", creationTimestamp: LONG_AGO },
  spec: { backoffLimit: 0 },
  status: { active: 1 },
};
const owner = { kind: "Job", controller: true, uid: "j", name: "job", apiVersion: "batch/v1" };
const podWith = (flow: JsonObject): JsonObject => ({
  metadata: { name: "pod", uid: "p", creationTimestamp: LONG_AGO, ownerReferences: [owner] },
  spec: {
    nodeName: "node",
    restartPolicy: "Never",
    containers: [{ name: "flow" }, { name: "side" }],
  },
  status: {
    phase: "Running",
    containerStatuses: [
      { name: "flow", state: flow },
      { name: "side", state: { running: { startedAt: LONG_AGO } } },
    ],
  },
});
const ENDED = podWith({ terminated: { exitCode: 0, startedAt: LONG_AGO, finishedAt: LONG_AGO } });
const RUNNING = podWith({ running: { startedAt: LONG_AGO } });

/** A cluster that has these objects for ever, since it lets nobody delete anything. */
async function inCluster(
  objects: { readonly jobs: readonly JsonObject[]; readonly pods: readonly JsonObject[] },
  test: (observer: JobObserver, observed: Parameters<JobObserver["observe"]>[0]) => Promise<void>,
) {
  const call = async ({ method, path, operation }: KubeCall) => {
    if (method === "DELETE") throw refusalError({ operation, status: 403, text: "no" });
    const kind = path.split("/").at(-1);
    const items = kind === "jobs" ? objects.jobs : kind === "pods" ? objects.pods : [];
    return { body: { metadata: { resourceVersion: "1" }, items: [...items] }, warnings: [] };
  };
  const api: KubeApi = {
    endpoint: "http://127.0.0.1",
    contextNamespace: undefined,
    call,
    async *lines({ path }, signal) {
      if (path.endsWith("/log")) return;
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    },
  };
  const watch = new ClusterWatch(api, { namespace: "n", installation: "i" });
  const place = { api, namespace: "n" };
  try {
    const args = kubernetesArguments(ARGS);
    await test(new JobObserver(), { place, watch, args, scrubber: launchScrubber(ARGS) });
  } finally {
    watch.close();
    vi.restoreAllMocks();
  }
}

describe("observing a Job that cannot be deleted", () => {
  it("tells of the refusal, and in the end of the attempt's end", () =>
    inCluster({ jobs: [job], pods: [ENDED] }, async (observer, observed) => {
      await expect(observer.observe(observed, INFRASTRUCTURE)).rejects.toThrow(/delete Job/);
      const later = performance.now() + 301_000;
      vi.spyOn(performance, "now").mockReturnValue(later);
      const { status } = await observer.observe(observed, INFRASTRUCTURE);
      expect(status).toBe("stopped");
    }));

  it("does not wait for a pod that its Job left behind, once it is to be stopped", () =>
    inCluster({ jobs: [], pods: [RUNNING] }, async (observer, observed) => {
      expect((await observer.observe(observed, INFRASTRUCTURE)).status).toBe("running");
      await observer.stop(observed, INFRASTRUCTURE);
      expect((await observer.observe(observed, INFRASTRUCTURE)).status).toBe("stopped");
    }));
});
