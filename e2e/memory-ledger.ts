import type { LaunchLedger } from "@slipway/core";

/** A ledger that one test shares with nobody: everything may be called at once, and definitions are kept in memory. */
export function memoryLedger(): LaunchLedger {
  const revisions = new Map<string, number>();
  return {
    beginLaunch: async () => {},
    async definition({ hash }, register) {
      const revision = revisions.get(hash) ?? (await register());
      revisions.set(hash, revision);
      return revision;
    },
    forgetDefinition: async (hash) => {
      revisions.delete(hash);
    },
  };
}
