import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { freePort } from "./daemon.mjs";
import { ensurePackages, findProgram } from "./debian.mjs";
import { freeAddress } from "./kubernetes/address.mjs";
import { openApi } from "./kubernetes/api-client.mjs";
import { cachedPrograms } from "./kubernetes/binaries.mjs";
import { containerd, proveThatItRuns } from "./kubernetes/containerd.mjs";
import { startControl } from "./kubernetes/control.mjs";
import { makeControlGroup } from "./kubernetes/control-groups.mjs";
import { controlPlane } from "./kubernetes/control-plane.mjs";
import { putPodsOnHostNetwork } from "./kubernetes/host-network.mjs";
import { packImages } from "./kubernetes/images.mjs";
import { makeKeys } from "./kubernetes/keys.mjs";
import { kubelet, removeLogLinks } from "./kubernetes/kubelet.mjs";
import { startSpareNode } from "./kubernetes/spare-node.mjs";
import { unmountBelow } from "./mounts.mjs";
import { settleAll } from "./settle-all.mjs";

const PACKAGES = [
  { name: "containerd", isThere: () => findProgram("containerd") && findProgram("ctr") },
  { name: "runc", isThere: () => findProgram("runc") },
  { name: "openssl", isThere: () => findProgram("openssl") },
  { name: "busybox-static", isThere: () => findProgram("busybox") },
];

/** A whole Kubernetes on loopback, with one node that runs pods on this machine. Tests may end its programs and start them again. */
export async function startKubernetes({ folder: workFolder }) {
  if (process.getuid?.() !== 0) throw new Error("Kubernetes can only be started by root");
  const folder = join(workFolder, "kubernetes");
  mkdirSync(folder);
  await ensurePackages(PACKAGES);
  const programs = await cachedPrograms();
  /** @type {(() => unknown | Promise<unknown>)[]} */
  const endings = [() => removeLogLinks(folder), () => unmountBelow(folder)];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    return { stop, env: await startCluster({ folder, programs, endings }) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startCluster({ folder, programs, endings }) {
  const address = await freeAddress();
  const engine = containerd(folder);
  const controlGroup = makeControlGroup(basename(join(folder, "..")));
  endings.push(controlGroup.remove, engine.stop);
  const [keys] = await settleAll([makeKeys(folder, address), startEngine(engine, folder)]);
  const api = openApi(keys, address);
  const { etcd, apiserver, ...controllers } = controlPlane({
    ...{ programs, folder, address, keys, api },
  });
  const node = kubelet({
    ...{ program: programs.kubelet, folder, address, port: await freePort(), keys, api },
    ...{ socket: engine.socket, controlGroup: controlGroup.path },
  });
  const all = { etcd, apiserver, ...controllers, kubelet: node };
  // Nothing of it is kept, so there is nothing to end in good order.
  endings.push(...Object.values(all).map((program) => program.kill));
  await etcd.start();
  await apiserver.start();
  const parts = Object.values(controllers).map((program) => program.start());
  const [endSpareNode] = await settleAll([
    ...[startSpareNode(api), putPodsOnHostNetwork(api), node.start(), ...parts],
  ]);
  const control = await startControl(all);
  endings.push(endSpareNode, control.stop);
  return {
    SLIPWAY_TEST_KUBECONFIG: keys("admin.kubeconfig"),
    SLIPWAY_TEST_HELM: programs.helm,
    SLIPWAY_TEST_KUBE_NODE: "kubelet",
    SLIPWAY_TEST_KUBE_CONTROL: control.url,
  };
}

async function startEngine(engine, folder) {
  const images = join(folder, "images");
  mkdirSync(images);
  const archive = packImages(images);
  await engine.start();
  await engine.ctr("images", "import", archive);
  await proveThatItRuns(engine.ctr, "slipway.test/busybox:1");
}
