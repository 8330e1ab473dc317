import { waitUntil } from "../daemon.mjs";
import { isDone } from "./api-client.mjs";

const NAME = "host-network";
const GROUP = "admissionregistration.k8s.io/v1beta1";
const ROOT = `/apis/${GROUP}`;

/** Puts every new pod on the host's network, so that a server of the test at 127.0.0.1 is there for pods as well. */
const POLICY = {
  apiVersion: GROUP,
  kind: "MutatingAdmissionPolicy",
  metadata: { name: NAME },
  spec: {
    matchConstraints: {
      resourceRules: [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
      ],
    },
    // A pod on another network would not start at all.
    failurePolicy: "Fail",
    reinvocationPolicy: "Never",
    mutations: [
      {
        patchType: "ApplyConfiguration",
        applyConfiguration: { expression: "Object{spec: Object.spec{hostNetwork: true}}" },
      },
    ],
  },
};
const BINDING = {
  apiVersion: GROUP,
  kind: "MutatingAdmissionPolicyBinding",
  metadata: { name: NAME },
  spec: { policyName: NAME },
};
const POD = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "probe" },
  spec: { containers: [{ name: "main", image: "slipway.test/busybox:1" }] },
};

/** Returns when pods can be made in the namespace `default` and get the host's network. */
export async function putPodsOnHostNetwork(api) {
  await api("POST", `${ROOT}/mutatingadmissionpolicies`, POLICY);
  await api("POST", `${ROOT}/mutatingadmissionpolicybindings`, BINDING);
  const failure = await waitUntil(() => isDone(expectHostNetwork(api)));
  if (failure !== undefined) throw new Error(`Pods get no host network: ${failure}`);
}

async function expectHostNetwork(api) {
  const pod = await api("POST", "/api/v1/namespaces/default/pods?dryRun=All", POD);
  if (pod.spec.hostNetwork !== true) throw new Error("The pod has a network of its own");
}
