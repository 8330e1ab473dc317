import type { SeenEvent } from "../sight.ts";

/** What tells a diagnosis something is among the last ones. */
const MOST_EACH = 30;
/** An event may arrive before the object that it is of, and a namespace has many that are of nothing of ours. */
const MOST_UNKNOWN = 500;

/** Keeps the last events of known objects, and for a while those of objects that may become known. */
export class EventShelf {
  readonly #known = new Map<string, SeenEvent[]>();
  /** By the object's uid, oldest first. */
  readonly #unknown = new Map<string, SeenEvent[]>();

  /** Answers whether it is of a known object and tells something new. */
  put(event: SeenEvent): boolean {
    const { involvedUid } = event;
    const known = this.#known.get(involvedUid);
    if (known !== undefined) return place(known, event);
    const unknown = this.#unknown.get(involvedUid) ?? [];
    place(unknown, event);
    this.#unknown.set(involvedUid, unknown);
    for (const uid of this.#unknown.keys()) {
      if (this.#unknown.size <= MOST_UNKNOWN) break;
      this.#unknown.delete(uid);
    }
    return false;
  }

  know(uid: string): void {
    if (this.#known.has(uid)) return;
    this.#known.set(uid, this.#unknown.get(uid) ?? []);
    this.#unknown.delete(uid);
  }

  forget(uid: string): void {
    this.#known.delete(uid);
  }

  of(uid: string): readonly SeenEvent[] {
    return this.#known.get(uid) ?? this.#unknown.get(uid) ?? [];
  }
}

function place(events: SeenEvent[], event: SeenEvent): boolean {
  const at = events.findIndex(({ uid }) => uid === event.uid);
  const before = events[at];
  if (before !== undefined && before.at === event.at && before.count === event.count) return false;
  if (at !== -1) events.splice(at, 1);
  events.push(event);
  events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  events.splice(0, events.length - MOST_EACH);
  return true;
}
