import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pushBaseImage } from "./base-image.mjs";
import { answers, freePort, startDaemon } from "./daemon.mjs";
import { ensurePackages, findProgram } from "./debian.mjs";

const PACKAGES = [
  { name: "docker-registry", isThere: () => findProgram("docker-registry") },
  { name: "busybox-static", isThere: () => findProgram("busybox") },
];

/** Debian's registry on loopback, with a base image that holds node. */
export async function startRegistry({ folder }) {
  await ensurePackages(PACKAGES);
  const host = `127.0.0.1:${await freePort()}`;
  const configuration = join(folder, "registry.json");
  writeFileSync(configuration, JSON.stringify(settings(host, join(folder, "registry"))));
  const stop = await startDaemon({
    name: "docker-registry",
    command: findProgram("docker-registry"),
    args: ["serve", configuration],
    env: { PATH: process.env.PATH },
    log: join(folder, "registry.log"),
    isReady: () => answers(`http://${host}/v2/`),
  });
  try {
    const image = await pushBaseImage(host, folder);
    return { stop, env: { SLIPWAY_TEST_REGISTRY: host, SLIPWAY_TEST_BASE_IMAGE: image } };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** JSON is YAML, which the registry reads. */
function settings(addr, rootdirectory) {
  return {
    version: 0.1,
    log: { level: "warn" },
    storage: { filesystem: { rootdirectory }, delete: { enabled: true } },
    http: { addr },
  };
}
