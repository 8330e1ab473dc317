// component: kubernetes
import type { EnvironmentLauncher, JsonObject } from "@slipway/core";
import { memoryLedger, waitFor, withTempDir } from "@slipway/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createNamespace, type TestNamespace } from "./kube-admin.ts";
import {
  createScript,
  jobWith,
  launcherFor,
  namesIn,
  requestOf,
  sidecar,
  untilRunning,
  untilStopped,
} from "./kube-launching.ts";
import { type Fate, startRelay } from "./kube-relay.ts";

let namespace: TestNamespace;
const launchers: EnvironmentLauncher[] = [];

beforeAll(async () => {
  namespace = await createNamespace("launch");
  await createScript(
    namespace,
    "ends",
    `console.log("token of", process.env.SLIPWAY__CLOUD__AUTH_TOKEN.length); console.log("bye");`,
  );
  await createScript(namespace, "stays", "setInterval(() => {}, 1000)");
  await createScript(namespace, "fails", `console.log("no"); process.exit(7)`);
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

const labelled = (id: string) => `?labelSelector=slipway.dev/identifier%3D${id}`;
const jobsOf = (id: string) => namesIn(namespace, `batch/v1/jobs${labelled(id)}`);
const secretsOf = (id: string) => namesIn(namespace, `v1/secrets${labelled(id)}`);
const podsOf = (id: string) => namesIn(namespace, `v1/pods${labelled(id)}`);

async function ownersOf(id: string): Promise<unknown[]> {
  const { items } = await namespace.read(`v1/secrets${labelled(id)}`);
  return Array.isArray(items)
    ? items.map((item) => Object(item).metadata.ownerReferences?.[0]?.kind)
    : [];
}

describe("launching a Job", () => {
  it("runs it to its end, with its token in a Secret that goes with it", async () => {
    const request = requestOf();
    const launcher = await launcherOf(jobWith("ends"));
    await launcher.setup(request, memoryLedger());
    const ledger = memoryLedger();
    const infrastructure = await launcher.execute(request, ledger);
    expect(infrastructure).toEqual({
      kind: "KubernetesJob",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      details: { installation: request.installationId, launchedAt: expect.any(String) },
    });
    expect(ledger.told).toEqual(["begin CreateNamespacedJob 0"]);
    const { diagnosis, timeline } = await untilStopped(launcher, infrastructure);
    expect(diagnosis).toMatchObject({ cause: "EssentialContainerExited" });
    expect(timeline).not.toEqual({});
    expect(await launcher.logTail(infrastructure, request, 10)).toEqual([
      `token of ${request.bootstrapToken.length}`,
      "bye",
    ]);
    expect(await ownersOf(request.attemptId)).toEqual(["Job"]);
    await launcher.stop(infrastructure, "test");
    await waitFor(async () => (await secretsOf(request.attemptId)).length === 0);
  });

  it("makes one Job, however often it is asked", async () => {
    const request = requestOf();
    const [one, other] = [await launcherOf(jobWith("stays")), await launcherOf(jobWith("stays"))];
    const first = await one.execute(request, memoryLedger());
    const again = await Promise.all(
      [one, other].map((launcher) => launcher.execute(request, memoryLedger())),
    );
    expect(again.map(({ id }) => id)).toEqual([first.id, first.id]);
    expect(await other.find(request)).toMatchObject({ id: first.id });
    expect(await jobsOf(request.attemptId)).toHaveLength(1);
    await one.stop(first, "test");
  });

  it("stops it with its pod and its Secret, and says so only when they are gone", async () => {
    const request = requestOf();
    const launcher = await launcherOf(jobWith("stays"));
    const infrastructure = await launcher.execute(request, memoryLedger());
    await untilRunning(launcher, infrastructure);
    await launcher.stop(infrastructure, "test");
    await launcher.stop(infrastructure, "again");
    await untilStopped(launcher, infrastructure);
    expect(await jobsOf(request.attemptId)).toEqual([]);
    expect(await podsOf(request.attemptId)).toEqual([]);
    await waitFor(async () => (await secretsOf(request.attemptId)).length === 0);
    await launcher.stop(infrastructure, "once more");
  });

  it("ends with the flow, whose sidecar would go on for ever", async () => {
    const request = requestOf();
    const never = sidecar("harbour-proxy", "setInterval(() => {}, 1000)");
    const launcher = await launcherOf(jobWith("ends", { containers: [never] }));
    const infrastructure = await launcher.execute(request, memoryLedger());
    const { diagnosis } = await untilStopped(launcher, infrastructure);
    expect(diagnosis).toMatchObject({
      cause: "EssentialContainerExited",
      evidence: { containers: [{ exitCode: 0 }, { place: "containers[1]" }] },
    });
    expect(await podsOf(request.attemptId)).toEqual([]);
    expect((await launcher.logTail(infrastructure, request, 1))[0]).toBe("bye");
  });

  it("goes on with the start that Kubernetes makes itself", async () => {
    const request = requestOf();
    const launcher = await launcherOf(jobWith("fails", {}, { backoffLimit: 1 }));
    const first = await launcher.execute(request, memoryLedger());
    const { diagnosis, successor } = await untilStopped(launcher, first);
    expect(diagnosis.evidence).toMatchObject({ containers: [{ exitCode: 7 }] });
    expect(successor).toMatchObject({
      id: first.id,
      details: { startsBefore: [expect.any(String)] },
    });
    expect(await launcher.logTail(first, request, 1)).toEqual(["no"]);
    const last = await untilStopped(launcher, successor ?? first);
    expect(last.successor).toBeUndefined();
    expect(last.diagnosis.evidence).toMatchObject({ containers: [{ exitCode: 7 }] });
  });

  it("leaves nothing of a Job that the cluster refuses, and names no argument", async () => {
    const request = requestOf();
    const launcher = await launcherOf(jobWith("ends", { harbourField: true }));
    const error = await launcher.execute(request, memoryLedger()).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "CLOUD_REFUSED", details: { cause: "InvalidJob" } });
    expect(`${error.message} ${JSON.stringify(error.details)}`).not.toContain("harbour-");
    expect(error.message).toContain("harbourField");
    expect(await secretsOf(request.attemptId)).toEqual([]);
  });

  it("tells an attempt's own Job from another's of the same name", async () => {
    const launcher = await launcherOf(jobWith("stays"), { uniqueJobName: false });
    const [request, other] = [requestOf(), requestOf()];
    const infrastructure = await launcher.execute(request, memoryLedger());
    await expect(launcher.execute(other, memoryLedger())).rejects.toMatchObject({
      code: "CLOUD_REFUSED",
      details: { cause: "NameTaken" },
    });
    expect(await secretsOf(other.attemptId)).toEqual([]);
    await launcher.stop(infrastructure, "test");
    await untilStopped(launcher, infrastructure);
  });
});

describe("a launch whose calls are cut", () => {
  const STEPS = [
    ["the Secret", /^POST .*\/secrets/],
    ["the Job", /^POST .*\/jobs/],
    ["the owner", /^PATCH .*\/secrets/],
  ] as const;
  const CUTS: readonly Fate[] = ["cut", "cut the answer", { status: 503, body: {} }];
  const cases = STEPS.flatMap(([step, call]) => CUTS.map((fate) => ({ step, call, fate })));

  it.each(cases)("makes one Job that owns its Secret: $step, $fate", async ({ call, fate }) => {
    await withTempDir(async (folder) => {
      const relay = await startRelay(folder);
      const request = requestOf();
      const launcher = await launcherOf(jobWith("stays"), { kubeconfig: relay.kubeconfig });
      let cuts = 0;
      // Twice, since a connection that was cut is replaced at once by itself.
      relay.decide((one) => (call.test(one) && cuts++ < 2 ? fate : "pass"));
      const infrastructure = await launcher.execute(request, memoryLedger());
      expect(cuts).toBeGreaterThan(0);
      expect(await jobsOf(request.attemptId)).toHaveLength(1);
      expect(await ownersOf(request.attemptId)).toEqual(["Job"]);
      await launcher.stop(infrastructure, "test");
      await relay.close();
    });
  });

  it("is found and put right by another agent", async () => {
    await withTempDir(async (folder) => {
      const relay = await startRelay(folder);
      const request = requestOf();
      const launcher = await launcherOf(jobWith("stays"), { kubeconfig: relay.kubeconfig });
      let isMade = false;
      relay.decide((call) => {
        if (isMade) return "cut";
        isMade = /^POST .*\/jobs/.test(call);
        return isMade ? "cut the answer" : "pass";
      });
      await expect(launcher.execute(request, memoryLedger())).rejects.toMatchObject({
        code: "CLOUD_UNREACHABLE",
      });
      expect(await ownersOf(request.attemptId)).toEqual([undefined]);
      const other = await launcherOf(jobWith("stays"));
      const found = await other.find(request);
      expect(found?.id).toBeDefined();
      expect(await ownersOf(request.attemptId)).toEqual(["Job"]);
      if (found !== undefined) await other.stop(found, "test");
      await relay.close();
    });
  });
});
