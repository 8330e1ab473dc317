/** Wakes one waiter; a ring while nobody waits is kept for the next wait. */
export class Bell {
  #rung = false;
  #closed = false;
  #wake: (() => void) | undefined;
  #endPause: (() => void) | undefined;

  get closed(): boolean {
    return this.#closed;
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
    this.#endPause?.();
  }

  /** Settles at the next ring, after `timeoutMs`, or when closed. */
  async wait(timeoutMs?: number): Promise<void> {
    if (!this.#rung && !this.#closed) {
      await new Promise<void>((resolve) => {
        const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    this.#rung = false;
  }

  /** Settles after `ms`, or when closed; a ring in between is kept. */
  async pause(ms: number): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endPause = undefined;
  }
}
