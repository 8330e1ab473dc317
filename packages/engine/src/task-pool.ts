/** A chain of tasks that never wait for anything outside may hold the event loop this long: timers, signals and reports have to get their turn. */
const TURN_MS = 10;

/** Lets at most `limit` pieces of work run at the same time. */
export class TaskPool {
  readonly #limit: number;
  #active = 0;
  #waiting: (() => void)[] = [];
  #nextWaiting = 0;
  #closed = false;
  #turnStarted = performance.now();
  #turn: Promise<void> | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** From now on nothing starts: what waits is passed over once it is its turn. */
  close(): void {
    this.#closed = true;
  }

  /** Runs one piece of work once there is room; undefined where the pool was closed before. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    await this.#enter();
    try {
      return this.#closed ? undefined : await work();
    } finally {
      this.#leave();
    }
  }

  /** {@link run} for each index below `count`; holds no more promises than can run at once. */
  async runEach<T>(count: number, work: (index: number) => Promise<T>): Promise<(T | undefined)[]> {
    const results: (T | undefined)[] = new Array(count);
    let next = 0;
    const lane = async () => {
      while (next < count && !this.#closed) {
        const index = next++;
        results[index] = await this.run(() => work(index));
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#limit, count) }, lane));
    return results;
  }

  async #enter(): Promise<void> {
    if (this.#active < this.#limit) this.#active += 1;
    // Whoever leaves hands its place over, so `#active` stays.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (performance.now() - this.#turnStarted > TURN_MS) await this.#nextTurn();
  }

  #leave(): void {
    const next = this.#waiting[this.#nextWaiting];
    if (next === undefined) {
      this.#active -= 1;
      return;
    }
    this.#nextWaiting += 1;
    // Dropping the head one by one would cost the length of the list each time.
    if (this.#nextWaiting === this.#waiting.length) [this.#waiting, this.#nextWaiting] = [[], 0];
    next();
  }

  #nextTurn(): Promise<void> {
    this.#turn ??= new Promise((resolve) =>
      setImmediate(() => {
        this.#turn = undefined;
        this.#turnStarted = performance.now();
        resolve();
      }),
    );
    return this.#turn;
  }
}
