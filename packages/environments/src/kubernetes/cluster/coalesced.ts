interface Kept {
  readonly at: number;
  readonly value: Promise<unknown>;
}

/** Does work once for all who ask within a while. What failed is done again by the next who asks. */
export class Coalesced {
  readonly #kept = new Map<string, Kept>();

  async once(key: string, forMs: number, work: () => Promise<void>): Promise<void> {
    const before = this.#kept.get(key);
    if (before !== undefined && performance.now() - before.at < forMs) {
      await before.value;
      return;
    }
    const kept = { at: performance.now(), value: work() };
    this.#kept.set(key, kept);
    try {
      await kept.value;
    } catch (error) {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
      throw error;
    }
  }
}
