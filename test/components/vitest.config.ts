import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { resolveFromSource } from "../../vitest.source.ts";

const ALL = "{packages/*/test,e2e,test/components}/**/*.component.test.ts";

/** Stories of a cluster wait far more than they work, and each has a namespace of its own: those that leave its programs alone. */
const TOGETHER = [
  "packages/environments/test/kubernetes-*.component.test.ts",
  "e2e/kubernetes-!(outage).component.test.ts",
  "e2e/{container-logs,helm,helm-values,successors}.component.test.ts",
];

/** Run by `npm run test:components`. */
export default defineConfig({
  ...resolveFromSource,
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 4,
    projects: [
      {
        extends: true,
        test: { name: "together", include: TOGETHER, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: [ALL],
          exclude: ["**/node_modules/**", "**/dist/**", ...TOGETHER],
          // One file at a time: they share the machine's Docker engine, stop the cluster's programs, and watch clocks.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
