import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "@slipway/core";
import type { KubeApi } from "../api/kube-api.ts";
import { type Collection, isExpired, listPages } from "./list-pages.ts";
import { backOffMs } from "./pace.ts";
import { watchEvents } from "./watch-lines.ts";

/** A watch may lose a change without a sign of it; so that nothing stays lost, all is listed anew from time to time. */
const RESYNC_MS = 10 * 60_000;
/** A watch that ends sooner tells of trouble. */
const SHORT_WATCH_MS = 1_000;

export interface Reflected {
  put(object: JsonObject): void;
  drop(object: JsonObject): void;
  /** The objects that were put since `begin` are all that there are. */
  begin(): void;
  complete(): void;
}

export interface ReflectorOptions {
  readonly api: KubeApi;
  readonly collection: Collection;
  readonly reflected: Reflected;
  readonly resyncMs?: number;
}

const CLOSED = new Error("the watch of the cluster is closed");

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Keeps a copy of a collection up to date: lists it, watches it from there, and lists it again where the server does not
 * remember what came since, from time to time, and when asked to. Whatever fails is tried again.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #closed = new AbortController();
  /** Those who wait for a list that has not begun yet. */
  readonly #waiting: Waiting[] = [];
  /** Those who wait for the first list, whenever it began. */
  readonly #first: Waiting[] = [];
  #interrupt = new AbortController();
  #failures = 0;
  /** How often in a row the server did not remember: the list is as new as can be, so the first time nothing is amiss. */
  #expiries = 0;
  #failingSince: number | undefined;
  #error: unknown;
  #synced = false;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    void this.#run();
  }

  /** Whether there has been a whole list. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Since when nothing comes, and why: for how long it may still be gone by what was seen. */
  get trouble(): { readonly forMs: number; readonly error: unknown } | undefined {
    if (this.#failingSince === undefined) return undefined;
    return { forMs: performance.now() - this.#failingSince, error: this.#error };
  }

  /** Resolves when there has been a whole list. Throws what the API says where it cannot be had. */
  async listed(): Promise<void> {
    if (this.#synced) return;
    if (this.trouble !== undefined) throw this.#error;
    await this.#wait(this.#first);
  }

  /** Resolves when a list is complete that began after this call. Throws what the API says where it cannot be had. */
  async listedAnew(): Promise<void> {
    if (this.trouble !== undefined) throw this.#error;
    const listed = this.#wait(this.#waiting);
    this.#interrupt.abort();
    await listed;
  }

  close(): void {
    this.#closed.abort();
    settle([...this.#waiting.splice(0), ...this.#first.splice(0)], CLOSED);
  }

  #wait(among: Waiting[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed.signal.aborted) reject(CLOSED);
      among.push({ resolve, reject });
    });
  }

  async #run(): Promise<void> {
    let version: string | undefined;
    let listedAt = 0;
    const { resyncMs = RESYNC_MS } = this.#options;
    while (!this.#closed.signal.aborted) {
      try {
        this.#interrupt = new AbortController();
        const due = listedAt + resyncMs - performance.now();
        if (version === undefined || this.#waiting.length > 0 || due <= 0) {
          listedAt = performance.now();
          version = await this.#list();
        }
        version = await this.#watch(version, Math.max(0, listedAt + resyncMs - performance.now()));
      } catch (error) {
        if (isExpired(error)) version = undefined;
        await this.#failed(error);
      }
    }
  }

  async #list(): Promise<string> {
    const { api, collection, reflected } = this.#options;
    const waiting = this.#waiting.splice(0);
    try {
      reflected.begin();
      const resourceVersion = await listPages(api, collection, (object) =>
        tolerate(() => reflected.put(object)),
      );
      reflected.complete();
      this.#worked();
      this.#synced = true;
      settle([...waiting, ...this.#first.splice(0)]);
      return resourceVersion;
    } catch (error) {
      settle([...waiting, ...this.#first.splice(0)], error);
      throw error;
    }
  }

  /** Answers from where to go on. */
  async #watch(from: string, longestMs: number): Promise<string> {
    let version = from;
    const { api, collection, reflected } = this.#options;
    const begun = performance.now();
    const resync = new AbortController();
    const timer = setTimeout(() => resync.abort(), longestMs);
    const ends = [this.#closed.signal, this.#interrupt.signal, resync.signal];
    const signal = AbortSignal.any(ends);
    // A watch that goes on shows that the server is there again, long before anything changes.
    let proof: NodeJS.Timeout | undefined;
    const onAnswer = () => {
      proof = setTimeout(() => this.#worked(), SHORT_WATCH_MS);
    };
    try {
      const options = { resourceVersion: version, signal, onAnswer };
      for await (const event of watchEvents(api, collection, options)) {
        this.#worked();
        this.#expiries = 0;
        const { type, object, resourceVersion } = event;
        if (type === "DELETED") tolerate(() => reflected.drop(object));
        else if (type !== "BOOKMARK") tolerate(() => reflected.put(object));
        version = resourceVersion || version;
      }
    } catch (error) {
      clearTimeout(proof);
      // What came before the cut is known, so the next watch goes on from there.
      if (isExpired(error)) throw error;
      await this.#failed(error);
      return version;
    } finally {
      clearTimeout(timer);
      clearTimeout(proof);
    }
    const short = performance.now() - begun < SHORT_WATCH_MS;
    if (short && !signal.aborted) await this.#failed(new Error("the watch ended at once"));
    return version;
  }

  #worked(): void {
    this.#failures = 0;
    this.#failingSince = undefined;
  }

  /** Waits before the next try. */
  async #failed(error: unknown): Promise<void> {
    this.#failures += 1;
    this.#failingSince ??= performance.now();
    this.#error = error;
    if (isExpired(error)) this.#expiries += 1;
    const count = isExpired(error) ? this.#expiries - 1 : this.#failures;
    if (count === 0) return;
    const { signal } = this.#closed;
    await sleep(backOffMs(count, error), undefined, { signal }).catch(() => undefined);
  }
}

function settle(waiting: readonly Waiting[], error?: unknown): void {
  for (const { resolve, reject } of waiting) {
    if (error === undefined) resolve();
    else reject(error);
  }
}

/** One object that makes no sense must not hide all others. */
function tolerate(work: () => void): void {
  try {
    work();
  } catch {
    // The next list or change of the object is another chance.
  }
}
