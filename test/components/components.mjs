import { startDocker } from "./docker.mjs";
import { startFargate } from "./fargate.mjs";
import { startPostgres } from "./postgres.mjs";
import { startRegistry } from "./registry.mjs";

/** Every component in the order of starting; `needs` are started with it. Kubernetes and a browser come with their first test. */
export const COMPONENTS = {
  registry: { needs: [], start: startRegistry },
  docker: { needs: [], start: startDocker },
  fargate: { needs: ["docker", "registry"], start: startFargate },
  postgres: { needs: [], start: startPostgres },
};

/** The names that may be asked for, whether or not a test needs them yet. */
export const NAMES = ["fargate", "registry", "docker", "kubernetes", "browser", "postgres"];

/** Starts components one after the other and hands each the settings of those before it. Stops what runs when one fails. */
export async function startComponents(names, { folder, signal }) {
  const running = [];
  const env = {};
  const stop = async () => {
    for (const component of running.splice(0).reverse()) await component.stop();
  };
  try {
    for (const name of withNeeds(names)) {
      signal.throwIfAborted();
      const start = performance.now();
      const component = await COMPONENTS[name].start({ folder, env });
      running.push(component);
      Object.assign(env, component.env);
      console.log(`${name} is up (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, stop };
}

function withNeeds(names) {
  const wanted = new Set(names.flatMap((name) => [...COMPONENTS[name].needs, name]));
  return Object.keys(COMPONENTS).filter((name) => wanted.has(name));
}
