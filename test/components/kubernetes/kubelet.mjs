import { mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answers } from "../daemon.mjs";
import { isDone } from "./api-client.mjs";
import { restartable } from "./program.mjs";

const NODE = "localhost";
const LINKS = "/var/log/containers";

/** A real kubelet, which runs pods on this machine through the given containerd. */
export function kubelet({ program, folder, address, port, keys, api, socket, controlGroup }) {
  const path = (name) => join(folder, name);
  mkdirSync(path("kubelet"), { recursive: true });
  writeFileSync(path("resolv.conf"), "nameserver 127.0.0.1\n");
  const settings = {
    ...{ ...OF_A_TEST, address: "127.0.0.1", port, healthzBindAddress: address },
    containerRuntimeEndpoint: `unix://${socket}`,
    cgroupRoot: controlGroup,
    podLogsDir: path("pod-logs"),
    resolvConf: path("resolv.conf"),
    volumePluginDir: path("volume-plugins"),
    authentication: { anonymous: { enabled: false }, x509: { clientCAFile: keys("ca.crt") } },
  };
  writeFileSync(path("kubelet.json"), JSON.stringify(settings));
  return restartable({
    name: "kubelet",
    command: program,
    args: [
      ...[`--config=${path("kubelet.json")}`, `--kubeconfig=${keys("kubelet.kubeconfig")}`],
      ...[`--root-dir=${path("kubelet")}`, `--cert-dir=${path("kubelet-keys")}`],
      `--hostname-override=${NODE}`,
    ],
    log: path("kubelet.log"),
    isReady: async () =>
      (await answers(`http://${address}:10248/healthz`)) && (await isDone(expectReady(api))),
  });
}

const OF_A_TEST = {
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  authorization: { mode: "Webhook" },
  cgroupDriver: "cgroupfs",
  failCgroupV1: false,
  failSwapOn: false,
  // The machine's firewall is not ours.
  makeIPTablesUtilChains: false,
  // A full disk of the machine is no reason to lose pods, or the images that are in no registry.
  evictionHard: {
    "memory.available": "50Mi",
    "nodefs.available": "0%",
    "imagefs.available": "0%",
    "nodefs.inodesFree": "0%",
  },
  imageGCHighThresholdPercent: 100,
  serializeImagePulls: false,
  // Renewed every two seconds: the controller manager takes a node for lost after ten.
  nodeLeaseDurationSeconds: 8,
  nodeStatusUpdateFrequency: "4s",
  syncFrequency: "10s",
};

async function expectReady(api) {
  const { status } = await api("GET", `/api/v1/nodes/${NODE}`);
  const { conditions = [] } = status;
  const ready = conditions.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") throw new Error(`The node is not ready: ${ready?.message}`);
}

/** The kubelet links to every container's log in a folder of the machine, whatever it is told. */
export function removeLogLinks(folder) {
  const links = readLinks().filter(({ target }) => target.startsWith(`${folder}/`));
  for (const { path } of links) rmSync(path, { force: true });
}

function readLinks() {
  try {
    const paths = readdirSync(LINKS).map((name) => join(LINKS, name));
    return paths.map((path) => ({ path, target: readlinkSync(path) }));
  } catch {
    return [];
  }
}
