import type { EnvironmentLauncher } from "@slipway/core";
import { createLauncher, type EcsClientDefaults } from "@slipway/environments/launch";
import { readEnvironment } from "@slipway/storage/read";

interface Shared {
  readonly launcher: Promise<EnvironmentLauncher>;
  users: number;
}

/** Launchers by image, shared by the attempts that are looked after at one time, so that they read it once. */
export class LauncherPool {
  readonly #defaults: EcsClientDefaults;
  readonly #shared = new Map<string, Shared>();

  constructor(defaults: EcsClientDefaults = {}) {
    this.#defaults = defaults;
  }

  /** Reads the image's environment and lends its launcher for the length of `work`. */
  async use<T>(image: string, work: (launcher: EnvironmentLauncher) => Promise<T>): Promise<T> {
    const shared = this.#shared.get(image) ?? { launcher: this.#open(image), users: 0 };
    this.#shared.set(image, shared);
    shared.users += 1;
    try {
      return await work(await shared.launcher);
    } catch (error) {
      await shared.launcher.catch(() => this.#forget(image, shared));
      throw error;
    } finally {
      shared.users -= 1;
      if (shared.users === 0) await this.#close(image, shared);
    }
  }

  async #open(image: string): Promise<EnvironmentLauncher> {
    return createLauncher(await readEnvironment(image), this.#defaults);
  }

  async #close(image: string, shared: Shared): Promise<void> {
    this.#forget(image, shared);
    const launcher = await shared.launcher.catch(() => undefined);
    launcher?.close();
  }

  /** One that could not be opened must not be lent again. */
  #forget(image: string, shared: Shared): void {
    if (this.#shared.get(image) === shared) this.#shared.delete(image);
  }
}
