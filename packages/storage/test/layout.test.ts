import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import type { BuildImageOptions } from "../src/build-image.ts";
import { OciLayout } from "../src/oci-layout.ts";
import { openImage } from "../src/open-image.ts";
import { readEnvironment } from "../src/read-environment.ts";
import { unpackImage } from "../src/unpack-image.ts";
import { craftImage } from "./crafted-image.ts";
import { flowFile } from "./flow-project.ts";
import { buildFlow } from "./registry-rules.ts";

/** Names, sizes and times of all files below a folder. */
async function snapshot(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return Promise.all(
    entries.sort().map(async (entry) => {
      const { size, mtimeMs, mode } = await stat(join(folder, entry));
      return `${entry} ${size} ${mtimeMs} ${(mode & 0o777).toString(8)}`;
    }),
  );
}

describe("buildImage without a registry", () => {
  it("writes an OCI layout folder that reads back", async () => {
    await withTempDir(async (folder) => {
      const image = await buildFlow(folder, {});
      const layout = join(folder, "images", "etl");
      expect(image).toMatchObject({
        reference: `oci://${layout}@${image.digest}`,
        alreadyThere: false,
      });
      expect(image.name).toBe(`etl:${image.digest.slice(7, 19)}`);
      expect(JSON.parse(await readFile(join(layout, "oci-layout"), "utf8"))).toEqual({
        imageLayoutVersion: "1.0.0",
      });
      expect(JSON.parse(await readFile(join(layout, "index.json"), "utf8"))).toMatchObject({
        manifests: [
          {
            digest: image.digest,
            annotations: { "org.opencontainers.image.ref.name": image.digest.slice(7, 19) },
          },
        ],
      });
      expect(await readEnvironment(image.reference)).toEqual({
        version: 1,
        type: "FargateTaskEnvironment",
        arguments: { cpu: "256", password: "c4n4ry" },
      });
      await unpackImage(image.reference, join(folder, "root"));
      expect((await readdir(join(folder, "root/slipway"))).sort()).toEqual([
        "environment.json",
        "flow.mjs",
      ]);
    });
  });

  it("lets nobody but its owner read what may be secret", async () => {
    await withTempDir(async (folder) => {
      await buildFlow(folder, {});
      const lines = (await snapshot(join(folder, "images"))).filter((line) =>
        /sha256\/|sha256 /.test(line),
      );
      expect(lines.length).toBeGreaterThan(3);
      for (const line of lines) expect(line).toMatch(/ (600|700)$/);
    });
  });

  it("writes nothing for an unchanged flow", async () => {
    await withTempDir(async (folder) => {
      const first = await buildFlow(folder, {});
      const before = await snapshot(join(folder, "images"));
      const second = await buildFlow(folder, {});
      expect(second).toMatchObject({ digest: first.digest, pushedBytes: 0, alreadyThere: true });
      expect(await snapshot(join(folder, "images"))).toEqual(before);
    });
  });

  it("keeps older images readable when a tag moves on", async () => {
    await withTempDir(async (folder) => {
      const first = await buildFlow(folder, { imageTag: "prod" });
      const second = await buildFlow(folder, { imageTag: "prod", envVars: { A: "1" } });
      expect(second.digest).not.toBe(first.digest);
      expect((await openImage(first.reference)).digest).toBe(first.digest);
      expect(await new OciLayout(join(folder, "images/etl")).findTag("prod")).toBe(second.digest);
    });
  });

  it("uses the storage that the flow was given, where none is passed", async () => {
    await withTempDir(async (folder) => {
      const flow = flowFile().replace(
        "storage: null",
        'storage: { type: "Docker", options: { imageName: "own/name" } }',
      );
      const none = { storage: undefined } satisfies Partial<BuildImageOptions>;
      expect((await buildFlow(folder, {}, { flow, ...none })).name).toMatch(/^own\/name:/);
    });
  });

  it("refuses a base image, which has to be pushed somewhere", async () => {
    await withTempDir(async (folder) => {
      await expect(buildFlow(folder, { baseImage: "node:20" })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        details: { path: "baseImage" },
      });
    });
  });

  it("refuses a flow without an environment", async () => {
    await withTempDir(async (folder) => {
      const flow = flowFile().replace(/environment: .*/, "environment: null,");
      await expect(buildFlow(folder, {}, { flow })).rejects.toMatchObject({
        code: "FLOW_WITHOUT_ENVIRONMENT",
      });
    });
  });

  it("names a file of the storage that is not there", async () => {
    await withTempDir(async (folder) => {
      await expect(
        buildFlow(folder, { files: { "none.csv": "/data/none.csv" } }),
      ).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: expect.stringContaining(join(folder, "none.csv")),
      });
    });
  });
});

describe("the check of a flow in its image", () => {
  const refused = async (flow: string) =>
    withTempDir(async (folder) => {
      const error = await buildFlow(folder, {}, { flow }).catch((thrown) => thrown);
      expect(await readdir(folder)).not.toContain("images");
      return error;
    });

  it("names what differs, and stores nothing", async () => {
    const error = await refused(
      flowFile(
        'process.env.HOME === undefined || process.cwd().endsWith("/home") ? "there" : "here"',
      ),
    );
    expect(error).toMatchObject({
      code: "STRUCTURE_MISMATCH",
      details: { path: "$.name", registered: "here", inImage: "there" },
    });
    expect(error.message).toContain('$.name is "here" here and "there" there');
  });

  it("finds a flow file that reads a file of its folder", async () => {
    const error = await refused(
      flowFile('readFileSync("flow.ts", "utf8").slice(0, 1)').replace(
        "\n",
        '\nimport { readFileSync } from "node:fs";\n',
      ),
    );
    expect(error).toMatchObject({
      code: "STRUCTURE_MISMATCH",
      message: expect.stringContaining("ENOENT"),
    });
  });

  it("gives the flow the variables that its image has, and none of this machine's", async () => {
    await withTempDir(async (folder) => {
      const flow = flowFile('process.env.WANTED ?? "etl"');
      await expect(
        buildFlow(folder, { envVars: { WANTED: "other" } }, { flow }),
      ).rejects.toMatchObject({
        details: { path: "$.name", inImage: "other" },
      });
    });
  });
});

describe("reading an image", () => {
  const nowhere = `sha256:${"0".repeat(64)}`;

  it("says that there is none", async () => {
    await expect(openImage(`oci:///nowhere@${nowhere}`)).rejects.toMatchObject({
      code: "IMAGE_NOT_FOUND",
      message: expect.stringContaining(nowhere),
    });
  });

  it("says of an image without environment that register did not make it", async () => {
    await withTempDir(async (folder) => {
      const reference = await craftImage(folder, [[{ path: "a" }]]);
      await expect(readEnvironment(reference)).rejects.toMatchObject({
        code: "IMAGE_INVALID",
        message: expect.stringContaining("slipway register"),
      });
    });
  });

  it("does not believe a manifest or blob that was changed on disk, and does not quote it", async () => {
    await withTempDir(async (folder) => {
      const image = await buildFlow(folder, {});
      const blobs = join(folder, "images/etl/blobs/sha256");
      const layer = image.layers.at(-1)?.digest.slice(7) ?? "";
      const good = await readFile(join(blobs, layer));
      await writeFile(join(blobs, layer), Buffer.alloc(good.length, 1));
      await expect(readEnvironment(image.reference)).rejects.toMatchObject({
        code: "IMAGE_INVALID",
      });
      await writeFile(join(blobs, image.digest.slice(7)), "{}");
      await expect(readEnvironment(image.reference)).rejects.toMatchObject({
        code: "IMAGE_INVALID",
      });
    });
  });

  it.each(["{ c4n4ry", '{"version":2,"type":"c4n4ry","arguments":{}}', '"c4n4ry"'])(
    "never quotes the environment: %s",
    async (content) => {
      await withTempDir(async (folder) => {
        const reference = await craftImage(
          folder,
          [[{ path: "slipway/environment.json", content }]],
          {
            role: "environment",
          },
        );
        const error = await readEnvironment(reference).catch((thrown) => thrown);
        expect(error).toMatchObject({ code: "IMAGE_INVALID" });
        expect(
          `${error.message}${JSON.stringify(error.details)}${error.stack}${error.cause}`,
        ).not.toContain("c4n4ry");
      });
    },
  );

  it("does not unpack an environment layer that grows beyond measure", async () => {
    await withTempDir(async (folder) => {
      const content = " ".repeat(9 * 1024 * 1024);
      const reference = await craftImage(
        folder,
        [[{ path: "slipway/environment.json", content }]],
        {
          role: "environment",
        },
      );
      await expect(readEnvironment(reference)).rejects.toThrow(/cannot be unpacked/);
    });
  });
});
