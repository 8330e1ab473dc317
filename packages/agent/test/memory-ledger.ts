import type { LaunchLedger } from "@slipway/core";

/** A ledger of one test: everything may be called at once, and definitions are kept in memory. */
export class MemoryLedger implements LaunchLedger {
  readonly begun: { readonly variant: number; readonly scope: string }[] = [];
  readonly forgotten: number[] = [];
  readonly #revisions = new Map<string, Promise<number>>();

  async beginLaunch({ variant, scope }: { variant: number; scope: string }): Promise<void> {
    this.begun.push({ variant, scope });
  }

  async definition({ hash }: { hash: string }, register: () => Promise<number>): Promise<number> {
    const known = this.#revisions.get(hash);
    if (known !== undefined) return known;
    const registered = register();
    this.#revisions.set(hash, registered);
    registered.catch(() => this.#revisions.delete(hash));
    return registered;
  }

  async forgetDefinition(hash: string, revision: number): Promise<void> {
    this.forgotten.push(revision);
    this.#revisions.delete(hash);
  }
}
