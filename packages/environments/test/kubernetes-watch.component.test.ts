// component: kubernetes
import type {
  ContainerLine,
  ContainerLogSink,
  EnvironmentLauncher,
  JsonObject,
} from "@slipway/core";
import { memoryLedger, waitFor, withTempDir } from "@slipway/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createAccount, createNamespace, type TestNamespace } from "./kube-admin.ts";
import {
  createScript,
  jobWith,
  launcherFor,
  requestOf,
  sidecar,
  untilRunning,
  untilStopped,
} from "./kube-launching.ts";
import { type Relay, startRelay } from "./kube-relay.ts";

let namespace: TestNamespace;
const launchers: EnvironmentLauncher[] = [];

beforeAll(async () => {
  namespace = await createNamespace("watch");
  await createScript(namespace, "stays", `console.log("before boot"); setInterval(() => {}, 1000)`);
  await createScript(namespace, "ends", `setTimeout(() => console.log("bye"), 3000)`);
});
afterEach(() => {
  for (const launcher of launchers.splice(0)) launcher.close();
});
afterAll(() => namespace.remove());

async function launcherOf(jobSpec: JsonObject, more: object = {}): Promise<EnvironmentLauncher> {
  const launcher = await launcherFor({ jobSpec, namespace: namespace.name, ...more });
  launchers.push(launcher);
  return launcher;
}

async function throughRelay(work: (relay: Relay) => Promise<void>): Promise<void> {
  await withTempDir(async (folder) => {
    const relay = await startRelay(folder);
    try {
      await work(relay);
    } finally {
      for (const launcher of launchers.splice(0)) launcher.close();
      await relay.close();
    }
  });
}

const gone = (call: string) => ({
  status: 410,
  body: { kind: "Status", code: 410, reason: "Expired", message: `too old: ${call.slice(0, 3)}` },
});

describe("watching Jobs", () => {
  it("asks the API nothing for a look, and sees changes that come while it was cut off", () =>
    throughRelay(async (relay) => {
      const request = requestOf();
      const launcher = await launcherOf(jobWith("stays"), { kubeconfig: relay.kubeconfig });
      const infrastructure = await launcher.execute(request, memoryLedger());
      await untilRunning(launcher, infrastructure);
      const before = relay.calls().length;
      for (let looks = 0; looks < 50; looks += 1) await launcher.observe(infrastructure);
      expect(relay.calls().length - before).toBeLessThan(3);
      // The server does not remember from where the watches would go on.
      let refused = 0;
      relay.decide((call) => (/[?&]watch=/.test(call) && refused++ < 3 ? gone(call) : "pass"));
      relay.cutWatches();
      const direct = await launcherOf(jobWith("stays"));
      await direct.stop(infrastructure, "by somebody else");
      const { diagnosis } = await untilStopped(launcher, infrastructure);
      expect(refused).toBeGreaterThanOrEqual(3);
      expect(diagnosis.cause).not.toBe("UserInitiated");
    }));

  it("rings on a change", async () => {
    const request = requestOf();
    const launcher = await launcherOf(jobWith("ends"));
    const infrastructure = await launcher.execute(request, memoryLedger());
    let rings = 0;
    const off = launcher.onChange(infrastructure, () => {
      rings += 1;
    });
    await waitFor(() => rings > 3, { timeoutMs: 30_000 });
    off();
    const after = rings;
    await untilStopped(launcher, infrastructure);
    expect(rings).toBe(after);
  });

  it("knows a Job that is gone from one that it has not seen yet", async () => {
    const launcher = await launcherOf(jobWith("stays"));
    const { installationId } = requestOf();
    const details = { installation: installationId, launchedAt: new Date().toISOString() };
    const infrastructure = { kind: "KubernetesJob", id: installationId, details };
    const { diagnosis } = await untilStopped(launcher, infrastructure);
    expect(diagnosis.cause).toBe("JobDeleted");
  });

  it("tells of a cluster that does not answer", () =>
    throughRelay(async (relay) => {
      relay.decide(() => "cut");
      const launcher = await launcherOf(jobWith("stays"), { kubeconfig: relay.kubeconfig });
      const details = { installation: "none", launchedAt: new Date().toISOString() };
      await expect(
        launcher.observe({ kind: "KubernetesJob", id: "none", details }),
      ).rejects.toMatchObject({ code: "CLOUD_UNREACHABLE", details: { cause: "Unreachable" } });
    }));
});

describe("an agent without a right", () => {
  it("is told at once which are missing", () =>
    withTempDir(async (folder) => {
      const kubeconfig = await createAccount(namespace, "powerless", folder);
      const launcher = await launcherOf(jobWith("ends"), { kubeconfig });
      const error = await launcher.setup(requestOf(), memoryLedger()).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: "CLOUD_REFUSED", details: { cause: "AccessDenied" } });
      expect(error.details.missing).toContain("create jobs");
      expect(error.details.missing).toContain("watch pods");
      expect(error.message).toContain("slipway doctor kubernetes");
      expect(error.message).not.toContain(namespace.name);
    }));

  it("watches without events where those may not be read", () =>
    withTempDir(async (folder) => {
      const kubeconfig = await createAccount(namespace, "eventless", folder);
      await grant("eventless");
      const launcher = await launcherOf(jobWith("ends"), { kubeconfig });
      const request = requestOf();
      await waitFor(() => launcher.setup(request, memoryLedger()).then(() => true));
      const infrastructure = await launcher.execute(request, memoryLedger());
      const { diagnosis } = await untilStopped(launcher, infrastructure);
      expect(diagnosis.cause).toBe("EssentialContainerExited");
      // No right to read logs either.
      await expect(launcher.logTail(infrastructure, request, 5)).rejects.toMatchObject({
        details: { cause: "AccessDenied" },
      });
    }));
});

/** All that launching needs, and nothing that it can do without. */
async function grant(account: string): Promise<void> {
  await namespace.create("rbac.authorization.k8s.io/v1/roles", {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: account },
    rules: [
      {
        apiGroups: ["batch"],
        resources: ["jobs"],
        verbs: ["create", "get", "list", "watch", "delete"],
      },
      { apiGroups: [""], resources: ["secrets"], verbs: ["create", "get", "patch", "delete"] },
      { apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"] },
    ],
  });
  await namespace.create("rbac.authorization.k8s.io/v1/rolebindings", {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: account },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: account },
    subjects: [{ kind: "ServiceAccount", name: account }],
  });
}

describe("following containers", () => {
  const counting = (count: number) =>
    `let n = 0; const t = setInterval(() => { console.log("line", ++n); if (n === ${count}) clearInterval(t); }, 50)`;

  function keeping(wanted: () => boolean = () => true) {
    const kept = new Map<string, ContainerLine[]>();
    const cursors: Record<string, string> = {};
    const sink: ContainerLogSink = {
      cursors,
      get wantsFlowContainer() {
        return wanted();
      },
      async take(container, lines) {
        kept.set(container, [...(kept.get(container) ?? []), ...lines]);
        cursors[container] = lines.at(-1)?.timestamp ?? "";
      },
    };
    const of = (container: string) => kept.get(container)?.map(({ message }) => message) ?? [];
    return { sink, of, kept };
  }

  const spec = jobWith("stays", {
    initContainers: [sidecar("harbour-init", `console.log("prepared")`)],
    containers: [sidecar("harbour-side", counting(100))],
  });
  const expected = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`);

  it("brings each line once, whatever is cut and whoever goes on", () =>
    throughRelay(async (relay) => {
      const launcher = await launcherOf(spec, { kubeconfig: relay.kubeconfig });
      const infrastructure = await launcher.execute(requestOf(), memoryLedger());
      const { sink, of } = keeping();
      const first = new AbortController();
      const following = launcher.followLogs(infrastructure, sink, first.signal);
      await waitFor(() => of("containers[1]").length > 10, { timeoutMs: 60_000 });
      first.abort();
      await following;
      const second = new AbortController();
      const again = launcher.followLogs(infrastructure, sink, second.signal);
      await waitFor(() => of("containers[1]").length > 40, { timeoutMs: 30_000 });
      // As an API server that is restarted cuts them.
      let cuts = 0;
      relay.decide((call) => (/\/log\?/.test(call) && cuts++ < 2 ? "cut the answer" : "pass"));
      relay.cutWatches();
      await waitFor(() => of("containers[1]").length >= 100, { timeoutMs: 30_000 });
      expect(cuts).toBeGreaterThan(0);
      expect(of("containers[1]")).toEqual(expected);
      expect(of("initContainers[0]")).toEqual(["prepared"]);
      expect(of("containers[0]")).toEqual(["before boot"]);
      second.abort();
      await again;
      await launcher.stop(infrastructure, "test");
    }));

  it("leaves the flow's container alone once its process reports itself, and ends with the pod", async () => {
    const launcher = await launcherOf(
      jobWith("ends", { containers: [sidecar("harbour-side", `console.log("one line")`)] }),
    );
    const infrastructure = await launcher.execute(requestOf(), memoryLedger());
    const { sink, of } = keeping(() => false);
    await launcher.followLogs(infrastructure, sink, AbortSignal.timeout(60_000));
    expect(of("containers[1]")).toEqual(["one line"]);
    expect(of("containers[0]")).toEqual([]);
    await launcher.stop(infrastructure, "test");
  });

  it("says what the sink says", async () => {
    const launcher = await launcherOf(spec);
    const infrastructure = await launcher.execute(requestOf(), memoryLedger());
    const refusing = { ...keeping().sink, take: () => Promise.reject(new Error("not yours")) };
    await expect(
      launcher.followLogs(infrastructure, refusing, AbortSignal.timeout(60_000)),
    ).rejects.toThrow("not yours");
    await launcher.stop(infrastructure, "test");
  });
});
