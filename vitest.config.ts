import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { resolveFromSource } from "./vitest.source.ts";

/** Most tests wait for processes and clocks, so a core is enough for more than the one file that vitest gives two cores. */
const maxWorkers = Math.max(3, availableParallelism() - 1);

const components = "**/*.component.test.ts";
const exclude = ["**/node_modules/**", "**/dist/**", "test/gates/fixtures/**", components];

/** All that needs neither root nor a system package. Component tests have their own configuration beside their runner. */
export default defineConfig({
  ...resolveFromSource,
  test: {
    exclude,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers,
    projects: [
      {
        extends: true,
        test: { name: "packages", include: ["packages/*/{src,test}/**/*.test.ts"] },
      },
      {
        extends: true,
        test: { name: "repository", include: ["test/**/*.test.ts"], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ["packages/*/{src,test}/**/*.test-d.ts"],
            tsconfig: "tsconfig.types.json",
            // Errors outside the type tests are the check's to report.
            ignoreSourceErrors: true,
          },
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["e2e/**/*.e2e.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One story at a time, and after all else: each starts a whole system and watches clocks.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
