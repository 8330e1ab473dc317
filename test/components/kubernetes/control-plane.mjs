import { join } from "node:path";
import { answers } from "../daemon.mjs";
import { answersSecurely, isDone } from "./api-client.mjs";
import { restartable } from "./program.mjs";

/** Seconds after which a pod is taken from a node that is lost; Kubernetes' own 300 are too long for a test. */
const TOLERATION = 30;

/** etcd, the API server, the controller manager and the scheduler, each on its usual port of the cluster's own address. */
export function controlPlane({ programs, folder, address, keys, api }) {
  const program = (name, command, isReady, args) => {
    const log = join(folder, `${name}.log`);
    return restartable({ name, command, args, log, isReady });
  };
  return {
    etcd: program("etcd", programs.etcd, () => answers(`http://${address}:2379/health`), [
      ...["--data-dir", join(folder, "etcd"), "--unsafe-no-fsync", "--log-level=warn"],
      ...["--listen-client-urls", `http://${address}:2379`],
      ...["--advertise-client-urls", `http://${address}:2379`],
      ...["--listen-peer-urls", `http://${address}:2380`],
      ...["--initial-advertise-peer-urls", `http://${address}:2380`],
      ...["--initial-cluster", `default=http://${address}:2380`],
    ]),
    apiserver: program(
      "apiserver",
      programs["kube-apiserver"],
      () => isDone(api("GET", "/readyz")),
      apiserverArguments(address, keys),
    ),
    "controller-manager": program(
      "controller-manager",
      programs["kube-controller-manager"],
      () => answersSecurely(`https://${address}:10257/healthz`),
      [
        ...client("controller-manager", address, keys, 10257),
        "--use-service-account-credentials",
        `--service-account-private-key-file=${keys("service-account.key")}`,
        `--root-ca-file=${keys("ca.crt")}`,
        "--node-monitor-period=1s",
        "--node-monitor-grace-period=10s",
      ],
    ),
    scheduler: program(
      "scheduler",
      programs["kube-scheduler"],
      () => answersSecurely(`https://${address}:10259/readyz`),
      client("scheduler", address, keys, 10259),
    ),
  };
}

function apiserverArguments(address, keys) {
  return [
    `--etcd-servers=http://${address}:2379`,
    ...[`--bind-address=${address}`, "--secure-port=443", `--advertise-address=${address}`],
    // The first address of the range is the service `kubernetes`, and the API server itself listens there: so a pod finds it.
    ...[`--service-cluster-ip-range=${address}/24`, "--endpoint-reconciler-type=none"],
    ...["--authorization-mode=Node,RBAC", "--allow-privileged"],
    `--client-ca-file=${keys("ca.crt")}`,
    `--tls-cert-file=${keys("apiserver.crt")}`,
    `--tls-private-key-file=${keys("apiserver.key")}`,
    `--kubelet-client-certificate=${keys("admin.crt")}`,
    `--kubelet-client-key=${keys("admin.key")}`,
    // The node's name is `localhost`, where its kubelet listens.
    "--kubelet-preferred-address-types=Hostname",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${keys("service-account.key")}`,
    `--service-account-signing-key-file=${keys("service-account.key")}`,
    // Else it waits a minute for clients that watch, each time it is stopped.
    ...["--shutdown-send-retry-after", "--shutdown-watch-termination-grace-period=1s"],
    "--feature-gates=MutatingAdmissionPolicy=true",
    "--runtime-config=admissionregistration.k8s.io/v1beta1=true",
    `--default-unreachable-toleration-seconds=${TOLERATION}`,
    `--default-not-ready-toleration-seconds=${TOLERATION}`,
  ];
}

function client(name, address, keys, port) {
  return [
    `--kubeconfig=${keys(`${name}.kubeconfig`)}`,
    ...[`--bind-address=${address}`, `--secure-port=${port}`, "--leader-elect=false"],
    // Else a test of many Jobs measures how this client holds itself back.
    ...["--kube-api-qps=200", "--kube-api-burst=400"],
  ];
}
