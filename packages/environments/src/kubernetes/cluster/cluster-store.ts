import type { JobSight, SeenEvent, SeenJob, SeenPod } from "../sight.ts";
import { EventShelf } from "./event-shelf.ts";

/** Lists of things that are gone must not grow for ever. */
const MOST_GONE_PODS = 10;

/** More than end between two looks. */
const MOST_DEPARTED = 200;

interface Entry {
  job: SeenJob | undefined;
  readonly pods: Map<string, SeenPod>;
  /** As they were seen last. */
  readonly gone: SeenPod[];
}

/** What the cluster has of one installation in one namespace, by the Jobs' uids. */
export class ClusterStore {
  readonly #entries = new Map<string, Entry>();
  /** The Job of each pod. */
  readonly #owners = new Map<string, string>();
  readonly #events = new EventShelf();
  /** Jobs that are gone with all their pods, oldest first. */
  readonly #departed = new Set<string>();
  readonly #listeners = new Map<string, Set<() => void>>();

  sight(uid: string): JobSight {
    const { job, pods, gone } = this.#entries.get(uid) ?? emptyEntry();
    const uids = [uid, ...pods.keys(), ...gone.map((pod) => pod.uid)];
    return {
      job,
      pods: [...pods.values()].sort(byAge),
      gone: [...gone].sort(byAge),
      events: uids.flatMap((one) => this.#events.of(one)).sort((a, b) => compare(a.at, b.at)),
    };
  }

  jobUids(): readonly string[] {
    return [...this.#entries].flatMap(([uid, { job }]) => (job === undefined ? [] : [uid]));
  }

  podUids(): readonly string[] {
    return [...this.#owners.keys()];
  }

  putJob(job: SeenJob): void {
    const entry = this.#entry(job.uid);
    entry.job = job;
    this.#ring(job.uid);
  }

  dropJob(uid: string): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    entry.job = undefined;
    this.#tidy(uid, entry);
    this.#ring(uid);
  }

  putPod(pod: SeenPod): void {
    const { uid, ownerUid } = pod;
    this.#entry(ownerUid).pods.set(uid, pod);
    this.#owners.set(uid, ownerUid);
    this.#events.know(uid);
    this.#ring(ownerUid);
  }

  dropPod(uid: string): void {
    const ownerUid = this.#owners.get(uid);
    const entry = ownerUid === undefined ? undefined : this.#entries.get(ownerUid);
    this.#owners.delete(uid);
    const pod = entry?.pods.get(uid);
    if (ownerUid === undefined || entry === undefined || pod === undefined) return;
    entry.pods.delete(uid);
    entry.gone.push(pod);
    for (const { uid: one } of entry.gone.splice(0, entry.gone.length - MOST_GONE_PODS)) {
      this.#events.forget(one);
    }
    this.#tidy(ownerUid, entry);
    this.#ring(ownerUid);
  }

  putEvent(event: SeenEvent): void {
    if (!this.#events.put(event)) return;
    this.#ring(this.#owners.get(event.involvedUid) ?? event.involvedUid);
  }

  /** Calls `listener` on each change of the Job, its pods or their events. */
  onChange(uid: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(uid) ?? new Set();
    this.#listeners.set(uid, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(uid) === listeners) {
        this.#listeners.delete(uid);
      }
    };
  }

  #entry(uid: string): Entry {
    this.#departed.delete(uid);
    const entry = this.#entries.get(uid) ?? emptyEntry();
    this.#entries.set(uid, entry);
    this.#events.know(uid);
    return entry;
  }

  /** Forgets what is gone with all its pods, but not at once: who looks next wants to know how it ended. */
  #tidy(uid: string, { job, pods }: Entry): void {
    if (job !== undefined || pods.size > 0) return;
    this.#departed.add(uid);
    const [oldest] = this.#departed;
    if (oldest === undefined || this.#departed.size <= MOST_DEPARTED) return;
    this.#departed.delete(oldest);
    const { gone = [] } = this.#entries.get(oldest) ?? {};
    this.#entries.delete(oldest);
    for (const one of [oldest, ...gone.map((pod) => pod.uid)]) this.#events.forget(one);
  }

  #ring(uid: string): void {
    for (const listener of this.#listeners.get(uid) ?? []) {
      try {
        listener();
      } catch {
        // Who listens must not stop what all others hear.
      }
    }
  }
}

function emptyEntry(): Entry {
  return { job: undefined, pods: new Map(), gone: [] };
}

function byAge(a: SeenPod, b: SeenPod): number {
  return compare(a.creationTimestamp, b.creationTimestamp);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
