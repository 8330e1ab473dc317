import { AgentLoop } from "./agent-loop.ts";
import type { Agent, AgentOptions } from "./agent-options.ts";
import { openWorkshop } from "./workshop.ts";

const POLL_MS = 5_000;
const CAPACITY = 1_000;

/**
 * Starts an agent: claims runs by label, launches each through the environment in its image, and watches it to its end.
 * A server that is away is waited for. Throws `UNAUTHENTICATED` and `INVALID_ARGUMENT`.
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { labels, pollMs = POLL_MS, capacity = CAPACITY } = options;
  const loop = new AgentLoop(openWorkshop(options).workshop, { labels, pollMs, capacity });
  await loop.start();
  return { close: () => loop.close() };
}
