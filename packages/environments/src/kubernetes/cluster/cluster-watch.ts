import type { CoreV1Event, V1Job, V1Pod } from "@kubernetes/client-node";
import type { JsonObject } from "@slipway/core";
import type { KubeApi } from "../api/kube-api.ts";
import { INSTALLATION_LABEL } from "../launch-labels.ts";
import type { JobSight, Wire } from "../sight.ts";
import { ClusterStore } from "./cluster-store.ts";
import { reduceEvent } from "./reduce-event.ts";
import { reduceJob } from "./reduce-job.ts";
import { reducePod } from "./reduce-pod.ts";
import { Reflector } from "./reflector.ts";
import { Roll } from "./roll.ts";

/** For how long what was seen last is told as if it were so now. */
const BLIND_MS = 60_000;

export interface WatchedPlace {
  readonly namespace: string;
  readonly installation: string;
}

/** What one installation has in a namespace, always up to date: one watch of Jobs, one of pods, one of events. */
export class ClusterWatch {
  readonly #store = new ClusterStore();
  readonly #jobs: Reflector;
  readonly #pods: Reflector;
  readonly #events: Reflector;
  readonly #roll: Roll;

  constructor(api: KubeApi, { namespace, installation }: WatchedPlace, resyncMs?: number) {
    const labelSelector = `${INSTALLATION_LABEL}=${installation}`;
    const store = this.#store;
    const more = resyncMs === undefined ? {} : { resyncMs };
    const core = `/api/v1/namespaces/${namespace}`;
    this.#roll = new Roll(
      (uid) => store.dropJob(uid),
      () => store.jobUids(),
    );
    const podRoll = new Roll(
      (uid) => store.dropPod(uid),
      () => store.podUids(),
    );
    this.#jobs = new Reflector({
      api,
      collection: { name: "Jobs", path: jobsPath(namespace), labelSelector },
      reflected: this.#roll.reflect((object) =>
        put(reduceJob(wire<V1Job>(object)), (job) => store.putJob(job)),
      ),
      ...more,
    });
    this.#pods = new Reflector({
      api,
      collection: { name: "pods", path: `${core}/pods`, labelSelector },
      reflected: podRoll.reflect((object) =>
        put(reducePod(wire<V1Pod>(object)), (pod) => store.putPod(pod)),
      ),
      ...more,
    });
    this.#events = new Reflector({
      api,
      collection: { name: "events", path: `${core}/events` },
      reflected: {
        begin: () => {},
        complete: () => {},
        drop: () => {},
        put: (object) =>
          put(reduceEvent(wire<CoreV1Event>(object)), (event) => store.putEvent(event)),
      },
      ...more,
    });
  }

  /**
   * What there is of a Job. One that is not known is gone only if a list that began after this question does not have it.
   * Throws where nothing was to be seen for a while. Without events, the rest is told all the same.
   */
  async look(uid: string): Promise<JobSight> {
    await Promise.all([this.#jobs.listed(), this.#pods.listed()]);
    for (const { trouble } of [this.#jobs, this.#pods]) {
      if (trouble !== undefined && trouble.forMs > BLIND_MS) throw trouble.error;
    }
    const sight = this.#store.sight(uid);
    if (sight.job !== undefined || this.#roll.hasLeft(uid)) return sight;
    await Promise.all([this.#jobs.listedAnew(), this.#pods.listedAnew()]);
    const { job } = this.#store.sight(uid);
    if (job === undefined) this.#roll.left(uid);
    return this.#store.sight(uid);
  }

  /** What has been seen so far, whether or not it is all. */
  known(uid: string): JobSight {
    return this.#store.sight(uid);
  }

  /** Takes in a Job that was just made: the watch tells of it a moment later. */
  note(object: JsonObject): void {
    const job = reduceJob(wire<V1Job>(object));
    if (job === undefined || this.#store.sight(job.uid).job !== undefined) return;
    if (this.#roll.hasLeft(job.uid)) return;
    this.#roll.note(job.uid);
    this.#store.putJob(job);
  }

  onChange(uid: string, listener: () => void): () => void {
    return this.#store.onChange(uid, listener);
  }

  close(): void {
    for (const reflector of [this.#jobs, this.#pods, this.#events]) reflector.close();
  }
}

export function jobsPath(namespace: string): string {
  return `/apis/batch/v1/namespaces/${namespace}/jobs`;
}

function put<T>(object: T | undefined, store: (object: T) => void): void {
  if (object !== undefined) store(object);
}

/** What the API server sends of a kind is of that kind; fields that are missing all the same are each looked after. */
function wire<T>(object: JsonObject): Wire<T> {
  return object as Wire<T>;
}
