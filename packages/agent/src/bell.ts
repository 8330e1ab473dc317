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
        const end = () => {
          clearTimeout(timer);
          // The signal lives as long as the agent: what stays on it would pile up.
          signal.removeEventListener("abort", end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        this.#wake = end;
        signal.addEventListener("abort", end);
      });
    }
    this.#wake = undefined;
    this.#rung = false;
  }
}
