import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { bundleFlow } from "../src/bundle-flow.ts";
import { describeBundle } from "../src/describe-bundle.ts";
import { flowFile, writeProject } from "./flow-project.ts";

async function bundled(flow: string, files: Readonly<Record<string, string>> = {}) {
  return withTempDir(async (folder) => {
    const file = await writeProject(folder, flow, files);
    const bundle = await bundleFlow({ file, outDir: join(folder, "out") });
    return { bundle, description: await describeBundle(bundle.path, { cwd: folder }) };
  });
}

const nameOf = async (flow: string, files: Readonly<Record<string, string>> = {}) =>
  (await bundled(flow, files)).description.structure.name;

async function failure(flow: string, files: Readonly<Record<string, string>> = {}) {
  return withTempDir(async (folder) => {
    const file = await writeProject(folder, flow, files);
    const error = await bundleFlow({ file, outDir: join(folder, "out") }).catch((thrown) => thrown);
    return { error, file, folder };
  });
}

describe("bundleFlow", () => {
  it("puts flow, runtime, packages and text files into one module", async () => {
    const name = await nameOf(
      `import csv from "./data.csv"; import { word } from "./word.ts"; import cjs from "cjs";\n${flowFile("[csv, word, cjs.kind].join('|')")}`,
      {
        "data.csv": "a,b",
        "word.ts": 'export const word: string = "typed";',
        "node_modules/cjs/package.json": '{"name":"cjs","main":"main.js"}',
        "node_modules/cjs/main.js":
          'const os = require("os"); let none = "no"; try { require("not-installed"); } catch { none = "none"; }\n' +
          "exports.kind = [typeof os.EOL, typeof __dirname, typeof __filename, none].join();",
      },
    );
    expect(name).toBe("a,b|typed|string,string,string,none");
  });

  it("lets modules have require and __dirname of their own", async () => {
    const own =
      'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);\nconst __dirname = "own";';
    expect(
      await nameOf(flowFile("[__dirname, typeof require].join()", "").replace("\n", `\n${own}\n`)),
    ).toBe("own,function");
  });

  it("gives the same bytes wherever the project and its packages lie", async () => {
    const flow = `import { word } from "shared";\n${flowFile("word")}`;
    const digests = await withTempDir(async (folder) => {
      const shared = {
        "package.json": '{"name":"shared","type":"module","main":"index.js"}',
        "index.js": 'export { word } from "./word.js";',
        "word.js": 'export const word = "w";',
      };
      await writeProject(join(folder, "packages/shared"), "", shared);
      const near = await writeProject(join(folder, "near"), flow);
      const far = await writeProject(join(folder, "a/much/farther/place"), flow);
      for (const file of [near, far]) {
        await symlink(join(folder, "packages/shared"), join(file, "../node_modules/shared"));
      }
      const bundles = await Promise.all(
        [near, far].map((file) => bundleFlow({ file, outDir: join(file, "../out") })),
      );
      const text = await readFile(bundles[0]?.path ?? "", "utf8");
      expect(text).not.toContain(folder);
      return bundles.map(({ digest }) => digest);
    });
    expect(digests[0]).toBe(digests[1]);
  });

  it("follows the export conditions that it is given", async () => {
    await withTempDir(async (folder) => {
      const file = await writeProject(folder, flowFile());
      const bundle = await bundleFlow({
        file,
        outDir: join(folder, "out"),
        conditions: ["slipway-source"],
      });
      await expect(describeBundle(bundle.path, { cwd: folder })).rejects.toThrow("from source");
    });
  });

  it("writes into a temporary folder of its own, and removes it when told", async () => {
    await withTempDir(async (folder) => {
      const bundle = await bundleFlow({ file: await writeProject(folder, flowFile()) });
      expect((await readdir(join(bundle.path, ".."))).sort()).toEqual(["flow.mjs", "flow.mjs.map"]);
      await bundle.remove();
      await expect(readFile(bundle.path)).rejects.toThrow("ENOENT");
      expect(await readdir(folder)).toEqual(["flow.ts", "node_modules"]);
    });
  });

  it("names file, line and column of a mistake", async () => {
    const { error, file } = await failure("const a = 1;\nexport default = 2;\n");
    expect(error).toMatchObject({
      code: "BUNDLE_FAILED",
      details: { mistakes: [{ line: 2, column: 16 }] },
    });
    expect(error.message).toContain(`${file}:2:16: Unexpected "="`);
  });

  it.each([
    [
      'import "@scope/left-pad/sub";',
      'the package "@scope/left-pad" (imported as "@scope/left-pad/sub") is not there: run "npm install @scope/left-pad"',
    ],
    ['import "./helper.js";', "there is no file ./helper.js"],
    ['import "./fast.node";', "cannot go into one file"],
  ])("says what to do about %s", async (line, words) => {
    const { error, file } = await failure(`${line}\n${flowFile()}`, { "fast.node": "\u007fELF" });
    expect(error).toMatchObject({ code: "BUNDLE_FAILED", message: expect.stringContaining(words) });
    expect(error.message).toContain(`${file}`);
  });

  it("says what to install where slipway itself is missing", async () => {
    await withTempDir(async (folder) => {
      await writeFile(join(folder, "flow.mjs"), "export default 1;");
      const bundling = bundleFlow({ file: join(folder, "flow.mjs"), outDir: join(folder, "out") });
      await expect(bundling).rejects.toThrow(/"slipway" .* run "npm install slipway"/);
    });
  });

  it("refuses a file that is not there", async () => {
    await expect(bundleFlow({ file: "/nowhere/flow.ts" })).rejects.toMatchObject({
      code: "FLOW_FILE_NOT_FOUND",
      message: expect.stringContaining("/nowhere/flow.ts"),
    });
  });
});

describe("describeBundle", () => {
  const described = (
    flow: string,
    options: { env?: Record<string, string>; timeoutMs?: number } = {},
  ) =>
    withTempDir(async (folder) => {
      const bundle = await bundleFlow({
        file: await writeProject(folder, flow),
        outDir: join(folder, "out"),
      });
      return describeBundle(bundle.path, { cwd: folder, ...options });
    });

  it("runs the flow in the folder and with the environment that it is given, and no other", async () => {
    const flow = flowFile(
      "[process.cwd() === import.meta.dirname.replace('/out', ''), process.env.A, String(process.env.HOME)].join(' ')",
    );
    expect((await described(flow, { env: { A: "1" } })).structure.name).toBe("true 1 undefined");
  });

  it("does not wait for what the flow file leaves open", async () => {
    expect(
      (await described(flowFile('"open"', "setInterval(() => {}, 1000);"))).structure.name,
    ).toBe("open");
  });

  it("does not wait for a process that the flow file leaves behind", async () => {
    const started = performance.now();
    const leave = `import { spawn } from "node:child_process";
spawn("sleep", ["15"], { detached: true, stdio: "inherit" }).unref();`;
    await described(flowFile('"left"', leave));
    await expect(described(flowFile('"x"', `${leave} process.exit(7);`))).rejects.toThrow(
      "exit code 7",
    );
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("passes the flow's own error on, with the author's lines in its stack", async () => {
    const flow = flowFile('"x"', 'throw new Error("no such table: orders");');
    await expect(described(flow)).rejects.toMatchObject({
      code: "FLOW_FILE_FAILED",
      message: "no such table: orders",
      details: { stack: expect.stringMatching(/flow\.ts:3:7/) },
    });
  });

  it("keeps the code and details of a typed error", async () => {
    const flow = flowFile(
      '"x"',
      'throw Object.assign(new Error("round"), { code: "FLOW_CYCLE", details: { tasks: ["a"] } });',
    );
    await expect(described(flow)).rejects.toMatchObject({
      code: "FLOW_CYCLE",
      details: { tasks: ["a"] },
    });
  });

  it("names how the process ended where it said nothing", async () => {
    await expect(described(flowFile('"x"', "process.exit(7);"))).rejects.toMatchObject({
      code: "FLOW_FILE_FAILED",
      message: expect.stringContaining("exit code 7"),
    });
  });

  it("ends a flow file that hangs", async () => {
    const started = performance.now();
    await expect(described(flowFile('"x"', "while (true);"), { timeoutMs: 500 })).rejects.toThrow(
      /did not say in time/,
    );
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
