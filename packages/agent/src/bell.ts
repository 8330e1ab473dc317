/** Wakes the one who waits; a ring while nobody waits is kept. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Settles at a ring, at the latest after `ms`, and at once when the signal is aborted. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        const end = () => {
          clearTimeout(timer);
          resolve();
        };
        this.#wake = end;
        signal.addEventListener("abort", end, { once: true });
      });
    }
    this.#wake = undefined;
    this.#rung = false;
  }
}
