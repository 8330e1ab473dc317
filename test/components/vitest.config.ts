import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { resolveFromSource } from "../../vitest.source.ts";

/** One file at a time: they share the machine's Docker engine and watch clocks. Run by `npm run test:components`. */
export default defineConfig({
  ...resolveFromSource,
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["{packages/*/test,e2e,test/components}/**/*.component.test.ts"],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
