import { type OpenKubeApi, openKubeApi } from "../api/http-kube-api.ts";
import type { KubeTarget } from "../api/load-config.ts";
import { ClusterWatch, type WatchedPlace } from "./cluster-watch.ts";
import { Coalesced } from "./coalesced.ts";

/** What launchers of the same cluster have in common: connections, credentials, watches, and what was proved of a namespace. */
export interface SharedCluster {
  /** Throws `ENVIRONMENT_NOT_LAUNCHABLE` where it cannot be found. */
  api(): Promise<OpenKubeApi>;
  watch(place: WatchedPlace): Promise<ClusterWatch>;
  /** Proofs that hold for a while, by what is proved. */
  readonly proofs: Coalesced;
  /** Says that it is not needed any more. The last one closes the connections. */
  release(): void;
}

const shared = new Map<string, Opened>();

/** The cluster of a configuration; the one that is there already, where somebody has opened it. */
export function shareCluster({ kubeconfig, context }: KubeTarget): SharedCluster {
  const key = JSON.stringify([kubeconfig ?? null, context ?? null]);
  const entry = shared.get(key) ?? new Opened({ kubeconfig, context });
  shared.set(key, entry);
  entry.users += 1;
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    entry.users -= 1;
    if (entry.users > 0) return;
    shared.delete(key);
    entry.close();
  };
  return {
    api: () => entry.api(),
    watch: (place) => entry.watch(place),
    proofs: entry.proofs,
    release,
  };
}

class Opened {
  users = 0;
  readonly proofs = new Coalesced();
  readonly #target: KubeTarget;
  readonly #watches = new Map<string, ClusterWatch>();
  #api: Promise<OpenKubeApi> | undefined;
  #closed = false;

  constructor(target: KubeTarget) {
    this.#target = target;
  }

  api(): Promise<OpenKubeApi> {
    if (this.#api !== undefined) return this.#api;
    const opening = openKubeApi(this.#target);
    this.#api = opening;
    opening.catch(() => {
      this.#api = undefined;
    });
    return opening;
  }

  async watch(place: WatchedPlace): Promise<ClusterWatch> {
    const api = await this.api();
    const key = JSON.stringify([place.namespace, place.installation]);
    const watch = this.#watches.get(key) ?? new ClusterWatch(api, place);
    if (this.#closed) watch.close();
    else this.#watches.set(key, watch);
    return watch;
  }

  close(): void {
    this.#closed = true;
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
    void this.#api?.then((api) => api.close()).catch(() => undefined);
  }
}
