import { waitUntil } from "../daemon.mjs";
import { isDone } from "./api-client.mjs";

const NAME = "spare";
const RENEW_MS = 2_000;
const LEASE = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: NAME, namespace: "kube-node-lease" },
};
const LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";

/**
 * A second node that is well and takes no pods. Where every node is lost Kubernetes blames itself and takes pods from
 * none; so with it, what befalls the pods of a lost node befalls them here too. Answers what ends it.
 */
export async function startSpareNode(api) {
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: NAME },
    spec: { unschedulable: true },
  };
  await api("POST", "/api/v1/nodes", node);
  // The API server makes the leases' namespace a moment after it is ready.
  await waitUntil(() => isDone(api("POST", LEASES, { ...LEASE, spec: lease() })));
  await report(api);
  const timer = setInterval(() => {
    // While the API server is stopped there is nobody to tell.
    report(api).catch(() => undefined);
  }, RENEW_MS);
  return () => clearInterval(timer);
}

/** The lease says that it lives; the condition has to be set again once it was taken for lost. */
async function report(api) {
  await api("PATCH", `${LEASES}/${NAME}`, { spec: lease() });
  const now = new Date().toISOString();
  const ready = { type: "Ready", status: "True", reason: "Spare", message: "It takes no pods" };
  const conditions = [{ ...ready, lastHeartbeatTime: now, lastTransitionTime: now }];
  await api("PATCH", `/api/v1/nodes/${NAME}/status`, { status: { conditions } });
}

function lease() {
  const renewTime = new Date().toISOString().replace("Z", "000Z");
  return { holderIdentity: NAME, leaseDurationSeconds: 8, renewTime };
}
