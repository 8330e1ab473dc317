import type { JsonObject } from "@slipway/core";
import { textOf } from "../../plain-read.ts";
import { objectOf } from "../read-job.ts";
import type { Reflected } from "./reflector.ts";

const MOST_LEFT = 1_000;

/** Tells which objects of a collection are gone: those that were deleted, and those that a whole list does not have. */
export class Roll {
  readonly #drop: (uid: string) => void;
  readonly #uids: () => readonly string[];
  #listed = new Set<string>();
  /** Those that were put by others than the list and the watch, and may be newer than a list. */
  readonly #noted = new Map<string, number>();
  #begunAt = 0;
  /** Uids are never given twice, so what has left stays away. */
  readonly #left = new Set<string>();

  constructor(drop: (uid: string) => void, uids: () => readonly string[]) {
    this.#drop = drop;
    this.#uids = uids;
  }

  reflect(put: (object: JsonObject) => void): Reflected {
    return {
      begin: () => {
        this.#listed = new Set();
        this.#begunAt = performance.now();
      },
      put: (object) => {
        this.#listed.add(uidOf(object));
        put(object);
      },
      drop: (object) => this.#depart(uidOf(object)),
      complete: () => this.#complete(),
    };
  }

  note(uid: string): void {
    this.#noted.set(uid, performance.now());
  }

  left(uid: string): void {
    this.#left.add(uid);
    const [oldest] = this.#left;
    if (oldest !== undefined && this.#left.size > MOST_LEFT) this.#left.delete(oldest);
  }

  hasLeft(uid: string): boolean {
    return this.#left.has(uid);
  }

  #complete(): void {
    for (const uid of this.#uids()) {
      if (!this.#listed.has(uid) && (this.#noted.get(uid) ?? 0) < this.#begunAt) this.#depart(uid);
    }
    for (const [uid, at] of this.#noted) if (at < this.#begunAt) this.#noted.delete(uid);
    this.#listed.clear();
  }

  #depart(uid: string): void {
    this.left(uid);
    this.#drop(uid);
  }
}

function uidOf(object: JsonObject): string {
  return textOf(objectOf(object["metadata"])["uid"]) ?? "";
}
