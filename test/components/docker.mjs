import { request } from "node:http";
import { join } from "node:path";
import { startDaemon } from "./daemon.mjs";
import { ensurePackages, findProgram } from "./debian.mjs";
import { unmountBelow } from "./mounts.mjs";

const PACKAGES = [
  { name: "docker.io", isThere: () => findProgram("dockerd") && findProgram("containerd") },
  { name: "iptables", isThere: () => findProgram("iptables") },
];

/** Debian's Docker engine with all its state in the work folder, apart from any other engine of the machine. */
export async function startDocker({ folder }) {
  if (process.getuid?.() !== 0) throw new Error("The Docker engine can only be started by root");
  await ensurePackages(PACKAGES);
  const socket = join(folder, "docker.sock");
  const stop = await startDaemon({
    name: "dockerd",
    command: findProgram("dockerd"),
    args: [
      `--host=unix://${socket}`,
      `--data-root=${join(folder, "docker")}`,
      `--exec-root=${join(folder, "docker-exec")}`,
      `--pidfile=${join(folder, "dockerd.pid")}`,
    ],
    env: process.env,
    log: join(folder, "dockerd.log"),
    isReady: () => pings(socket),
  });
  const stopAndUnmount = async () => {
    await stop();
    unmountBelow(folder);
  };
  return { stop: stopAndUnmount, env: { DOCKER_HOST: `unix://${socket}` } };
}

function pings(socketPath) {
  return new Promise((resolve) => {
    const ping = request({ socketPath, path: "/_ping" }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    ping.on("error", () => resolve(false)).end();
  });
}
