/** Tells of each thing once, and again only after a while. */
export class Reminder {
  readonly #everyMs: number;
  #told = new Map<string, number>();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** True where one of these was not told, or too long ago. What is not among them is forgotten. */
  isDue(ids: readonly string[], now: number = Date.now()): boolean {
    const due = ids.filter((id) => (this.#told.get(id) ?? 0) <= now - this.#everyMs);
    this.#told = new Map(
      ids.map((id) => [id, due.includes(id) ? now : (this.#told.get(id) ?? now)]),
    );
    return due.length > 0;
  }
}
