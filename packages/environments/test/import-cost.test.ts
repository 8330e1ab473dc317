import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

/** The files that a bundle holds when a flow file imports this name, lazily loaded ones included. */
async function bundledWith(name: string): Promise<readonly string[]> {
  const { metafile } = await build({
    stdin: {
      contents: `import { ${name} } from "@slipway/environments"; console.log(${name});`,
      resolveDir: fileURLToPath(new URL("..", import.meta.url)),
    },
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    conditions: ["slipway-source"],
    logLevel: "silent",
  });
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [file] : [],
    ),
  );
}

const from = (files: readonly string[], modules: RegExp) =>
  files.filter((file) => modules.test(file));

describe("importing an environment", () => {
  it.each(["FargateTaskEnvironment", "KubernetesJobEnvironment"])(
    "of %s brings no cloud client along",
    async (name) => {
      const files = await bundledWith(name);
      expect(from(files, /packages\/core|src\//)).not.toEqual([]);
      expect(from(files, /node_modules\/(@aws|@smithy|@kubernetes)/)).toEqual([]);
    },
  );

  it.each(["FargateTaskEnvironment", "KubernetesJobEnvironment"])(
    "of %s brings nothing but Slipway's own code",
    async (name) => {
      expect(from(await bundledWith(name), /node_modules/)).toEqual([]);
    },
  );

  it("of KubernetesJobEnvironment brings none of what reads and checks a Job", async () => {
    const files = await bundledWith("KubernetesJobEnvironment");
    expect(from(files, /kubernetes\/(spec|retry-policy|plan|api)\//)).toEqual([]);
  });
});
