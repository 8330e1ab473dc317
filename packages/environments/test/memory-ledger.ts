import type { LaunchLedger } from "@slipway/core";

export interface MemoryLedger extends LaunchLedger {
  /** What was asked of it, oldest first. */
  readonly told: string[];
  readonly definitions: Map<string, number>;
}

/** A ledger of one agent, in memory. */
export function memoryLedger(definitions = new Map<string, number>()): MemoryLedger {
  const told: string[] = [];
  return {
    told,
    definitions,
    async beginLaunch({ variant, rate }) {
      told.push(`begin ${rate.operation} ${variant}`);
    },
    async definition({ hash, scope, rate }, register) {
      told.push(`definition ${rate.operation}`);
      const key = `${scope} ${hash}`;
      const revision = definitions.get(key) ?? (await register());
      definitions.set(key, revision);
      return revision;
    },
    async forgetDefinition(hash, revision) {
      told.push(`forget ${revision}`);
      for (const key of definitions.keys()) if (key.endsWith(hash)) definitions.delete(key);
    },
  };
}
