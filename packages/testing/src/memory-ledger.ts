import type { LaunchLedger } from "@slipway/core";

export interface MemoryLedger extends LaunchLedger {
  /** What was asked of it, oldest first. */
  readonly told: readonly string[];
}

/** A ledger in memory: everything may be called at once, and each definition is registered once. Ledgers share `definitions`. */
export function memoryLedger(definitions = new Map<string, Promise<number>>()): MemoryLedger {
  const told: string[] = [];
  return {
    told,
    async beginLaunch({ variant, rate }) {
      told.push(`begin ${rate.operation} ${variant}`);
    },
    async definition({ hash, scope, rate }, register) {
      told.push(`definition ${rate.operation}`);
      const key = `${scope} ${hash}`;
      const revision = definitions.get(key) ?? register();
      definitions.set(key, revision);
      revision.catch(() => definitions.delete(key));
      return revision;
    },
    async forgetDefinition(hash, revision) {
      told.push(`forget ${revision}`);
      for (const key of definitions.keys()) if (key.endsWith(hash)) definitions.delete(key);
    },
  };
}
