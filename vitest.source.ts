import type { ViteUserConfig } from "vitest/config";

const conditions = ["slipway-source", "node", "import", "module", "default"];

/** The private condition makes tests run from source; plain Node and users get `dist`. */
export const resolveFromSource = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
} satisfies ViteUserConfig;
