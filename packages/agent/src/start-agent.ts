import { createClient } from "@slipway/client";
import { AgentLoop } from "./agent-loop.ts";
import type { Agent, AgentOptions } from "./agent-options.ts";
import { lineOf } from "./events.ts";
import { LauncherPool } from "./launcher-pool.ts";

const POLL_MS = 5_000;
const OBSERVE_MS = { shortest: 500, longest: 5_000 };
const CAPACITY = 1_000;

/**
 * Starts an agent: claims runs by label, launches each through the environment in its image, and watches it to its end.
 * A server that is away is waited for. Throws `UNAUTHENTICATED` and `INVALID_ARGUMENT`.
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { name, labels, apiUrl, apiKey, log } = options;
  const loop = new AgentLoop(
    {
      agent: name,
      server: createClient({ url: apiUrl, apiKey }),
      launchers: new LauncherPool(options.ecsClientDefaults),
      containerApiUrl: options.containerApiUrl ?? apiUrl,
      observe: options.observeMs ?? OBSERVE_MS,
      tell: (event) => log?.(lineOf(event), event),
    },
    {
      labels,
      pollMs: options.pollMs ?? POLL_MS,
      capacity: options.capacity ?? CAPACITY,
    },
  );
  await loop.start();
  return { close: () => loop.close() };
}
