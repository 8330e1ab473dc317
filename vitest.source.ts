import type { ViteUserConfig } from "vitest/config";

// vitest hands these to Node as flags that hold for `require` too: with "import" among them,
// a CommonJS package would be given another's ES module.
const conditions = ["slipway-source", "node"];

/** The private condition makes tests run from source; plain Node and users get `dist`. */
export const resolveFromSource = {
  ssr: { resolve: { conditions, externalConditions: conditions } },
} satisfies ViteUserConfig;
