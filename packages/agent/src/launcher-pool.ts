import type { EnvironmentLauncher } from "@slipway/core";
import { createLauncher, type LauncherDefaults } from "@slipway/environments/launch";
import type { ReadEnvironment } from "./environment-cache.ts";

/** Launchers know the revisions that they registered and hold open connections: worth keeping between two runs. */
const KEEP_MS = 5 * 60_000;
/** How many launchers nobody uses are kept at most. */
const MOST_IDLE = 50;

interface Shared {
  readonly launcher: Promise<EnvironmentLauncher>;
  users: number;
  idle: NodeJS.Timeout | undefined;
}

export interface LauncherPoolOptions {
  readonly readEnvironment: ReadEnvironment;
  readonly clientDefaults?: LauncherDefaults | undefined;
  /** How long a launcher is kept after its last use; five minutes unless told. */
  readonly keepMs?: number | undefined;
}

/** Launchers by image, shared by the attempts that are looked after at one time and by those that follow soon. */
export class LauncherPool {
  readonly #options: LauncherPoolOptions;
  readonly #shared = new Map<string, Shared>();

  constructor(options: LauncherPoolOptions) {
    this.#options = options;
  }

  /** Reads the image's environment and lends its launcher for the length of `work`. */
  async use<T>(image: string, work: (launcher: EnvironmentLauncher) => Promise<T>): Promise<T> {
    const shared = this.#lend(image);
    try {
      return await work(await shared.launcher);
    } catch (error) {
      // One that could not be opened must not be lent again.
      await shared.launcher.catch(() => this.#forget(image, shared));
      throw error;
    } finally {
      shared.users -= 1;
      if (shared.users === 0) this.#rest(image, shared);
    }
  }

  /** Closes what nobody uses. */
  close(): void {
    for (const [image, shared] of this.#shared) if (shared.users === 0) this.#close(image, shared);
  }

  #lend(image: string): Shared {
    const known = this.#shared.get(image);
    const shared = known ?? { launcher: this.#open(image), users: 0, idle: undefined };
    clearTimeout(shared.idle);
    // The last one lent stands last.
    this.#shared.delete(image);
    this.#shared.set(image, shared);
    shared.users += 1;
    return shared;
  }

  #rest(image: string, shared: Shared): void {
    if (this.#shared.get(image) !== shared) {
      this.#close(image, shared);
      return;
    }
    const { keepMs = KEEP_MS } = this.#options;
    shared.idle = setTimeout(() => this.#close(image, shared), keepMs).unref();
    const idle = [...this.#shared].filter(([, { users }]) => users === 0);
    for (const [name, extra] of idle.slice(0, Math.max(0, idle.length - MOST_IDLE)))
      this.#close(name, extra);
  }

  async #open(image: string): Promise<EnvironmentLauncher> {
    const { readEnvironment, clientDefaults } = this.#options;
    return createLauncher(await readEnvironment(image), clientDefaults);
  }

  #close(image: string, shared: Shared): void {
    clearTimeout(shared.idle);
    this.#forget(image, shared);
    void shared.launcher.then(
      (launcher) => launcher.close(),
      () => undefined,
    );
  }

  #forget(image: string, shared: Shared): void {
    if (this.#shared.get(image) === shared) this.#shared.delete(image);
  }
}
