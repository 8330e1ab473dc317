import type { ECSClientConfig } from "@aws-sdk/client-ecs";
import { CloudClients, configKey } from "./cloud-clients.ts";
import { TaskPoller } from "./task-poller.ts";

/** What launchers that call ECS in the same way have in common: connections, credentials, and one poller. */
export interface SharedCloud {
  readonly clients: CloudClients;
  readonly poller: TaskPoller;
  /** Says that it is not needed any more. The last one closes the clients. */
  release(): void;
}

interface Shared {
  readonly clients: CloudClients;
  readonly poller: TaskPoller;
  users: number;
}

const shared = new Map<string, Shared>();

/** The clients and the poller of a configuration; those that are there already, where somebody has opened them. */
export function shareCloud(config: ECSClientConfig): SharedCloud {
  const key = configKey(config);
  const entry = shared.get(key) ?? opened(config);
  shared.set(key, entry);
  entry.users += 1;
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    entry.users -= 1;
    if (entry.users > 0) return;
    shared.delete(key);
    entry.clients.close();
  };
  return { clients: entry.clients, poller: entry.poller, release };
}

function opened(config: ECSClientConfig): Shared {
  const clients = new CloudClients(config);
  return { clients, poller: new TaskPoller(clients), users: 0 };
}
