import { startDocker } from "./docker.mjs";
import { startFargate } from "./fargate.mjs";
import { startKubernetes } from "./kubernetes.mjs";
import { startPostgres } from "./postgres.mjs";
import { startRegistry } from "./registry.mjs";
import { settleAll } from "./settle-all.mjs";

/** Every component; its `needs` are started with it. A browser comes with its first test. */
export const COMPONENTS = {
  registry: { needs: [], start: startRegistry },
  docker: { needs: [], start: startDocker },
  fargate: { needs: ["docker", "registry"], start: startFargate },
  kubernetes: { needs: ["registry"], start: startKubernetes },
  postgres: { needs: [], start: startPostgres },
};

/** The names that may be asked for, whether or not a test needs them yet. */
export const NAMES = ["fargate", "registry", "docker", "kubernetes", "browser", "postgres"];

/** Starts components at the same time; one that needs another's settings waits for them. Stops what runs when one fails. */
export async function startComponents(names, { folder, signal }) {
  const running = [];
  const starts = new Map();
  const settingsOf = (name) => starts.get(name);
  const startOne = async (name) => {
    const start = performance.now();
    const component = await COMPONENTS[name].start({ folder, settingsOf });
    running.push(component);
    console.log(`${name} is up (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    return component.env;
  };
  // In the reverse order of their starts: what another uses was up before it.
  const stop = async () => {
    for (const component of running.splice(0).reverse()) await component.stop();
  };
  try {
    for (const name of withNeeds(names)) starts.set(name, startOne(name));
    const settings = await settleAll([...starts.values()]);
    signal.throwIfAborted();
    return { env: Object.assign({}, ...settings), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function withNeeds(names) {
  const wanted = new Set(names.flatMap((name) => [...COMPONENTS[name].needs, name]));
  return Object.keys(COMPONENTS).filter((name) => wanted.has(name));
}
