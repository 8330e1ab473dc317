import { createClient } from "@slipway/client";
import type { EcsClientDefaults, LauncherDefaults } from "@slipway/environments/launch";
import { readEnvironment } from "@slipway/storage/read";
import type { ObserveInterval } from "./agent-options.ts";
import type { Workshop } from "./attempt.ts";
import { cached, type ReadEnvironment } from "./environment-cache.ts";
import { type Log, lineOf } from "./events.ts";
import { Installation } from "./installation.ts";
import { LauncherPool } from "./launcher-pool.ts";
import { Limit } from "./limit.ts";
import { Registrations } from "./registrations.ts";

const OBSERVE_MS = { shortest: 500, longest: 5_000 };
/** Searches at one time. */
const SEARCHES = 20;
/** Environments that are kept in memory, some kilobytes each. */
const ENVIRONMENTS = 500;

export interface WorkshopOptions {
  readonly name: string;
  readonly apiUrl: string;
  readonly containerApiUrl?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly ecsClientDefaults?: EcsClientDefaults | undefined;
  readonly prices?: LauncherDefaults["prices"];
  readonly observeMs?: ObserveInterval | undefined;
  readonly log?: Log | undefined;
  /** Where environments come from; their images unless told. */
  readonly readEnvironment?: ReadEnvironment | undefined;
}

/** Makes what an agent's attempts share. Opens no connection yet. */
export function openWorkshop(options: WorkshopOptions) {
  const { name, apiUrl, apiKey, log } = options;
  const client = createClient({ url: apiUrl, apiKey });
  const workshop: Workshop = {
    agent: name,
    server: client,
    installation: new Installation(),
    launchers: new LauncherPool({
      readEnvironment: cached(options.readEnvironment ?? readEnvironment, ENVIRONMENTS),
      clientDefaults: { ...options.ecsClientDefaults, prices: options.prices },
    }),
    registrations: new Registrations(),
    searches: new Limit(SEARCHES),
    containerApiUrl: options.containerApiUrl ?? apiUrl,
    observe: options.observeMs ?? OBSERVE_MS,
    tell: (event) => log?.(lineOf(event), event),
  };
  return { client, workshop };
}
