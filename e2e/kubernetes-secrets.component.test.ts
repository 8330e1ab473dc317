// component: kubernetes registry
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { filesHolding } from "./files-holding.ts";
import { type KubernetesStack, startKubernetesStack } from "./kubernetes-stack.ts";

const CANARY = "c4n4ry";

/** A canary wherever an author may write what he likes. */
const JOB = `apiVersion: batch/v1
kind: Job
metadata:
  name: name-${CANARY}
  labels: {label-${CANARY}: value-${CANARY}}
  annotations: {note-${CANARY}: note-${CANARY}}
spec:
  template:
    metadata:
      labels: {pod-${CANARY}: value-${CANARY}}
      annotations: {pod-note-${CANARY}: note-${CANARY}}
    spec:
      terminationGracePeriodSeconds: 1
      hostAliases: [{ip: 127.0.0.1, hostnames: [host-${CANARY}]}]
      volumes: [{name: volume-${CANARY}, emptyDir: {}}]
      containers:
      - name: flow-${CANARY}
        env: [{name: VARIABLE_${CANARY}, value: value-${CANARY}}]
        workingDir: /tmp
        volumeMounts: [{name: volume-${CANARY}, mountPath: /mnt/${CANARY}}]
      - name: side-${CANARY}
        image: slipway.test/busybox:1
        command: [sh, -c, "sleep 3600; echo ${CANARY}"]
`;
/** The same, and the API server or the kubelet has something to say of it. */
const REFUSED = [
  JOB.replace(
    "      containers:",
    `      initContainers: [{name: first-${CANARY}, image: "127.0.0.1:1/repository-${CANARY}/image:version-${CANARY}"}]\n      containers:`,
  ),
  JOB.replace("emptyDir: {}", `configMap: {name: map-${CANARY}}`),
  JOB.replace("      volumes:", `      priorityClassName: class-${CANARY}\n      volumes:`),
  JOB.replace("      volumes:", `      serviceAccountName: account-${CANARY}\n      volumes:`),
  JOB.replace(
    "      volumes:",
    `      nodeSelector: {zone-${CANARY}: zone-${CANARY}}\n      volumes:`,
  ),
  JOB.replace("mountPath: /mnt", `subPath: ../${CANARY}, mountPath: /mnt`),
  JOB.replace("hostnames: [host-", "hostnames: [HOST_"),
];

let stack: KubernetesStack;
beforeAll(async () => {
  stack = await startKubernetesStack();
});
afterAll(() => stack.close());

async function nothingIsTold(): Promise<void> {
  const bodies = stack.kube.requests.map(({ body }) => body).join("\n");
  expect(bodies).toContain(`name-${CANARY}`);
  const told = stack.api.requests.map((request) => JSON.stringify(request));
  expect(told.filter((text) => text.includes(CANARY))).toEqual([]);
  expect(await filesHolding("any job", stack.databaseDir)).not.toEqual([]);
  expect(await filesHolding(CANARY, stack.databaseDir)).toEqual([]);
}

describe("a Job's specification", () => {
  it("reaches the cluster, and neither the server's database nor any request to it", async () => {
    await stack.startAgent();
    const registered = await stack.registerJob(JOB);
    expect(registered.code, registered.stderr).toBe(0);
    const run = await stack.untilOver(await stack.createRun("any job", { seconds: 2 }));
    expect(run.stateType).toBe("Success");
    await nothingIsTold();
  });

  it.each(REFUSED)(
    "stands in no error of a Job that fails (%#)",
    { timeout: 150_000 },
    async (yaml) => {
      const failing = {
        onInfrastructureFailure: {
          capacity: { deadline: "5s" },
          imagePull: { retries: 0 },
          volumeUnavailable: { retries: 0 },
        },
        startTimeout: "20s",
      };
      const registered = await stack.registerJob(yaml, failing);
      expect(registered.code, registered.stderr).toBe(0);
      const run = await stack.untilOver(await stack.createRun("any job"), 120_000);
      expect(run.stateType).toBe("Failed");
      await nothingIsTold();
    },
  );

  it("has no token in it, nor has any pod", async () => {
    const seen = JSON.stringify([await stack.list("jobs"), await stack.list("pods")]);
    expect(seen).not.toMatch(/sl[br]_/);
    const made = stack.kube.requests.filter(({ body }) => /slb_/.test(body));
    expect(made.every(({ path }) => path.includes("/secrets"))).toBe(true);
  });
});
