import { describe, expect, it } from "vitest";
import { withoutPaths } from "./bundle-paths.ts";

const inputs = ["../../node_modules/a/index.js", "../lib/b.ts", "flow.ts"];

describe("withoutPaths", () => {
  it("shortens the paths that esbuild writes, and nothing else", () => {
    const code = [
      "// ../../node_modules/a/index.js",
      '  "../../node_modules/a/index.js"(exports, module) {',
      '  async "../lib/b.ts"() {',
      '// import("./x/*") in ../lib/b.ts',
      "// ../../somewhere/else.js",
      'const said = "../lib/b.ts";',
      "  // ../lib/b.ts",
    ].join("\n");
    expect(withoutPaths(code, inputs).split("\n")).toEqual([
      "// a/index.js",
      '  "a/index.js"(exports, module) {',
      '  async "lib/b.ts"() {',
      '// import("./x/*") in lib/b.ts',
      "// ../../somewhere/else.js",
      'const said = "../lib/b.ts";',
      "  // ../lib/b.ts",
    ]);
  });
});
