import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findProgram } from "../debian.mjs";
import { isDone } from "./api-client.mjs";
import { kill } from "./control-groups.mjs";
import { restartable } from "./program.mjs";

const run = promisify(execFile);
const CALL_MS = 30_000;
const SHIMS_MS = 5_000;

/** Debian's containerd with all its state in the folder, apart from any other of the machine. */
export function containerd(folder) {
  const socket = join(folder, "containerd.sock");
  const options = { timeout: CALL_MS };
  const ctr = (...args) =>
    run(findProgram("ctr"), ["--address", socket, "--namespace", "k8s.io", ...args], options);
  const network = join(folder, "network");
  mkdirSync(network, { recursive: true });
  // Every pod is on the host's network; without a file here the node would not be ready all the same.
  const none = { cniVersion: "0.4.0", name: "none", plugins: [{ type: "loopback" }] };
  writeFileSync(join(network, "none.conflist"), JSON.stringify(none));
  const configuration = join(folder, "containerd.toml");
  writeFileSync(configuration, settings(folder, socket, network));
  const program = restartable({
    name: "containerd",
    command: findProgram("containerd"),
    args: ["--config", configuration],
    log: join(folder, "containerd.log"),
    isReady: () => isDone(ctr("version")),
  });
  return { socket, ctr, start: program.start, stop: () => stop(program, ctr, socket) };
}

/** Shows that containers run on this machine, before a kubelet tries it over and over. */
export async function proveThatItRuns(ctr, image) {
  try {
    await ctr("run", "--rm", "--net-host", image, "probe", "true");
  } catch (error) {
    const reason = `This machine runs no containers, so it cannot be a node: ${error.stderr}`;
    throw new Error(reason, { cause: error });
  }
}

/** A plain HTTP registry needs no entry: containerd takes every one on loopback for such. */
function settings(folder, socket, network) {
  const cri = "io.containerd.grpc.v1.cri";
  return `version = 2
root = "${join(folder, "containerd")}"
state = "${join(folder, "containerd-state")}"
[grpc]
  address = "${socket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${join(folder, "containerd-opt")}"
[plugins."${cri}"]
  sandbox_image = "slipway.test/pause:1"
  stream_server_address = "127.0.0.1"
  disable_apparmor = true
  # Root of a virtual machine or a container often may not lower the score, and every pod would fail.
  restrict_oom_score_adj = true
[plugins."${cri}".cni]
  conf_dir = "${network}"
[plugins."${cri}".registry]
  config_path = "${join(folder, "registries")}"
[plugins."${cri}".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
`;
}

/** Ends the containers, then their shims, which outlive containerd, then containerd. */
async function stop(program, ctr, socket) {
  const tasks = await ctr("tasks", "ls", "--quiet").catch(() => ({ stdout: "" }));
  const ids = tasks.stdout.split("\n").filter((id) => id !== "");
  await Promise.allSettled(ids.map((id) => ctr("tasks", "rm", "--force", id)));
  // They end by themselves with their last container, and then take their sockets with them.
  const deadline = performance.now() + SHIMS_MS;
  while (shimsOf(socket).length > 0 && performance.now() < deadline) await sleep(50);
  shimsOf(socket).forEach(kill);
  await program.stop();
}

/** The processes that name our own socket as the one they answer to. */
function shimsOf(socket) {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    const [command = "", ...args] = commandLine(pid);
    return command.includes("containerd-shim") && args.includes(socket);
  });
}

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}
