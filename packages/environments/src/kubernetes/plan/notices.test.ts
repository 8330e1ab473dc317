import { describe, expect, it } from "vitest";
import { registrationNotices } from "../../registration-notices.ts";

const POD = "spec.template.spec";
const FLOW = `${POD}.containers[0]`;
const SIZED = { resources: { requests: { memory: "1Gi" }, limits: { memory: "1Gi" } } };

interface Given {
  readonly flow?: object;
  readonly others?: readonly object[];
  readonly pod?: object;
  readonly spec?: object;
  readonly metadata?: object;
  readonly args?: object;
}

function noticesOf({ flow = {}, others = [], pod = {}, spec = {}, metadata, args = {} }: Given) {
  const containers = [{ ...SIZED, ...flow }, ...others];
  const jobSpec = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: metadata ?? { name: "etl" },
    spec: { ...spec, template: { spec: { ...pod, containers } } },
  };
  return registrationNotices({
    version: 1,
    type: "KubernetesJobEnvironment",
    arguments: JSON.parse(JSON.stringify({ jobSpec, ...args })),
  });
}

const variable = (name: string, value = "value") => ({ env: [{ name, value }] });
const scaling = {
  onInfrastructureFailure: {
    outOfMemory: { retries: 1, scaleMemory: { factor: 2, max: "8Gi" } },
  },
};

describe("notices at registration", () => {
  it("are none where there is nothing to say", () => {
    const native = {
      pod: { initContainers: [{ name: "a", image: "b:1", restartPolicy: "Always" }] },
    };
    expect(noticesOf({ flow: variable("MY_ENV"), args: scaling, ...native })).toEqual([]);
  });

  it.each<{ given: Given; path: string; says: RegExp }>([
    { given: { flow: { image: "mine" } }, path: `${FLOW}.image`, says: /replaced by the flow's/ },
    { given: { flow: { command: ["x"] } }, path: `${FLOW}.command`, says: /is replaced/ },
    { given: { flow: { args: ["x"] } }, path: `${FLOW}.args`, says: /are taken out/ },
    {
      given: { flow: variable("SLIPWAY__CONTEXT__IMAGE") },
      path: `${FLOW}.env[0]`,
      says: /itself sets SLIPWAY__CONTEXT__IMAGE/,
    },
    {
      given: { flow: { imagePullPolicy: "Never" } },
      path: `${FLOW}.imagePullPolicy`,
      says: /node/,
    },
    {
      given: { flow: variable("DB_PASSWORD") },
      path: `${FLOW}.env[0]`,
      says: /puts DB_PASSWORD in the open.*secretKeyRef/,
    },
    {
      given: { others: [{ name: "proxy", image: "envoy:1.30" }] },
      path: `${POD}.containers[1]`,
      says: /restartPolicy: Always/,
    },
    {
      given: { pod: { initContainers: [{ name: "wait", image: "localhost:5000/tool" }] } },
      path: `${POD}.initContainers[0].image`,
      says: /no fixed tag/,
    },
    {
      given: { flow: { resources: {} } },
      path: `${FLOW}.resources.limits.memory`,
      says: /request/,
    },
    {
      given: { flow: { resources: { requests: { memory: "1Gi" } } } },
      path: `${FLOW}.resources.limits.memory`,
      says: /above what it asks for/,
    },
    {
      given: { flow: { resources: {} }, args: scaling },
      path: "onInfrastructureFailure.outOfMemory.scaleMemory",
      says: /nothing to grow/,
    },
    { given: { spec: { backoffLimit: 2 } }, path: "spec.backoffLimit", says: /each start is an/ },
    {
      given: { pod: { restartPolicy: "OnFailure" } },
      path: `${POD}.restartPolicy`,
      says: /is OnFailure.* even with a backoffLimit of 0.* CrashLoop.* give Never/,
    },
    {
      given: { spec: { ttlSecondsAfterFinished: 0 } },
      path: "spec.ttlSecondsAfterFinished",
      says: /is 0: .* give 60 or more/,
    },
    { given: { spec: { suspend: true } }, path: "spec.suspend", says: /Kueue/ },
    { given: { pod: { hostNetwork: true } }, path: `${POD}.hostNetwork`, says: /dnsPolicy/ },
    { given: { args: { uniqueJobName: false } }, path: "uniqueJobName", says: /one run at a time/ },
    {
      given: { args: { uniqueJobName: false }, metadata: {} },
      path: "uniqueJobName",
      says: /no metadata.name to keep/,
    },
    {
      given: { metadata: { generateName: "etl-" } },
      path: "metadata.generateName",
      says: /no second Job/,
    },
  ])("tell of $path: $says", ({ given, path, says }) => {
    const notices = noticesOf(given);
    expect(notices).toEqual([{ path, message: expect.stringMatching(says) }]);
  });

  it.each([
    { given: { flow: variable("KEYBOARD") } },
    { given: { flow: variable("PASSWORD", "") } },
    { given: { flow: { env: [{ name: "TOKEN", valueFrom: { secretKeyRef: { name: "a" } } }] } } },
    { given: { pod: { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" } } },
    { given: { spec: { backoffLimit: 0, ttlSecondsAfterFinished: 60 } } },
    { given: { flow: { resources: {} }, pod: { resources: { limits: { memory: "1Gi" } } } } },
  ])("leave alone what is well: %j", ({ given }) => {
    expect(noticesOf(given)).toEqual([]);
  });
});
