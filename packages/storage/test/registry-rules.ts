import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuildImageOptions, type BuiltImage, buildImage } from "../src/build-image.ts";
import { bundleFlow } from "../src/bundle-flow.ts";
import { describeBundle } from "../src/describe-bundle.ts";
import type { DockerOptions } from "../src/docker-options.ts";
import { openImage } from "../src/open-image.ts";
import { readEnvironment } from "../src/read-environment.ts";
import { unpackImage } from "../src/unpack-image.ts";
import { pushBase } from "./base-image.ts";
import { flowFile, writeProject } from "./flow-project.ts";
import { type MiniRegistry, startMiniRegistry } from "./mini-registry.ts";

/** Builds the image of a small flow, as `register` does. */
export async function buildFlow(
  folder: string,
  storage: DockerOptions,
  more: Partial<BuildImageOptions> & { flow?: string } = {},
): Promise<BuiltImage> {
  const { flow = flowFile(), ...options } = more;
  const file = await writeProject(folder, flow);
  const bundle = await bundleFlow({ file, outDir: join(folder, "out") });
  const description = await describeBundle(bundle.path, { cwd: folder });
  return buildImage({
    bundle,
    description,
    storage,
    imagesDir: join(folder, "images"),
    ...options,
  });
}

/** What every registry has to do with an image, real ones and small ones. `unique` keeps runs on one registry apart. */
export function testRegistry(name: string, getHost: () => string, unique: string): void {
  describe(name, () => {
    const base = () => `${getHost()}/bases/${unique}/plain:1`;
    const options = (imageName: string): DockerOptions => ({
      registryUrl: `${getHost()}/${unique}`,
      imageName,
      baseImage: base(),
    });
    beforeAll(() => pushBase(base(), ["amd64"]));

    it("keeps an image that reads back as it was put in", async () => {
      await withTempDir(async (folder) => {
        await writeFile(join(folder, "data.csv"), "a,b\n");
        const storage = {
          ...options("whole"),
          envVars: { MODE: "test" },
          files: { "./data.csv": "/data/rows.csv" },
        };
        const image = await buildFlow(folder, storage);
        expect(image.reference).toBe(`${getHost()}/${unique}/whole@${image.digest}`);
        expect(image.name).toBe(`${getHost()}/${unique}/whole:${image.digest.slice(7, 19)}`);
        expect(await readEnvironment(image.name)).toEqual(await readEnvironment(image.reference));
        expect(await readEnvironment(image.reference)).toMatchObject({
          type: "FargateTaskEnvironment",
        });

        const config = await unpackImage(image.reference, join(folder, "root"));
        expect(config.config).toMatchObject({
          User: "node",
          Env: ["PATH=/usr/bin", "MODE=test"],
          Cmd: ["node", "/slipway/flow.mjs"],
        });
        expect((await readdir(join(folder, "root"), { recursive: true })).sort()).toEqual([
          "data",
          "data/rows.csv",
          "etc",
          "etc/base",
          "slipway",
          "slipway/environment.json",
          "slipway/flow.mjs",
        ]);
        expect(await readFile(join(folder, "root/slipway/flow.mjs"))).toEqual(
          await readFile(join(folder, "out/flow.mjs")),
        );
        expect(await readFile(join(folder, "root/etc/base"), "utf8")).toBe("amd64");
      });
    });

    it("takes an unchanged flow again without a byte, from another folder too", async () => {
      const first = await withTempDir((folder) => buildFlow(folder, options("again")));
      const second = await withTempDir((folder) => buildFlow(folder, options("again")));
      expect(first).toMatchObject({ alreadyThere: false });
      expect(first.pushedBytes).toBeGreaterThan(0);
      expect(second).toEqual({
        ...first,
        alreadyThere: true,
        pushedBytes: 0,
        layers: first.layers.map((layer) => ({ ...layer, pushed: false })),
      });
    });

    it("takes of a changed environment the environment's layer alone, and mounts the base's", async () => {
      await withTempDir(async (folder) => {
        const first = await buildFlow(folder, options("changed"));
        expect(first.layers.map(({ pushed }) => pushed)).toEqual([false, true, true]);
        const { description } = await describeAgain(folder);
        const environment = {
          version: 1,
          type: "FargateTaskEnvironment",
          arguments: { cpu: "512" },
        } as const;
        const second = await buildFlow(folder, options("changed"), {
          description: { ...description, environment },
        });
        expect(second.digest).not.toBe(first.digest);
        expect(second.layers.map(({ pushed }) => pushed)).toEqual([false, false, true]);
      });
    });

    it("moves a tag that the author chose", async () => {
      await withTempDir(async (folder) => {
        const storage = { ...options("tagged"), imageTag: "prod" };
        const first = await buildFlow(folder, storage);
        const second = await buildFlow(folder, { ...storage, envVars: { NEW: "1" } });
        expect((await openImage(second.name)).digest).toBe(second.digest);
        expect((await openImage(first.reference)).digest).toBe(first.digest);
        const back = await buildFlow(folder, storage);
        expect(back).toMatchObject({ digest: first.digest, pushedBytes: 0, alreadyThere: false });
        expect((await openImage(first.name)).digest).toBe(first.digest);
      });
    });

    it("gets an image for each platform of the base that tasks run on", async () => {
      await withTempDir(async (folder) => {
        const both = `${getHost()}/bases/${unique}/both:1`;
        await pushBase(both, ["amd64", "arm64", "s390x"]);
        const image = await buildFlow(folder, { ...options("both"), baseImage: both });
        expect(await readEnvironment(image.reference)).toMatchObject({
          type: "FargateTaskEnvironment",
        });
        for (const platform of ["amd64", "arm64"]) {
          const root = join(folder, platform);
          await unpackImage(image.reference, root, { platform: `linux/${platform}` });
          expect(await readFile(join(root, "etc/base"), "utf8")).toBe(platform);
        }
        await expect(openImage(image.reference, { platform: "linux/s390x" })).rejects.toThrow(
          /no image for/,
        );
        expect(await buildFlow(folder, { ...options("both"), baseImage: both })).toMatchObject({
          alreadyThere: true,
        });
      });
    });

    describe("with the base in another registry", () => {
      let other: MiniRegistry;
      beforeAll(async () => {
        other = await startMiniRegistry();
        await pushBase(`${other.host}/base:1`, ["amd64"]);
      });
      afterAll(() => other.close());

      it("gets the base's layers streamed over, once", async () => {
        await withTempDir(async (folder) => {
          const storage = {
            ...options(`streamed-${other.host.split(":")[1]}`),
            baseImage: `${other.host}/base:1`,
          };
          const image = await buildFlow(folder, storage);
          await unpackImage(image.reference, join(folder, "root"));
          expect(await readFile(join(folder, "root/etc/base"), "utf8")).toBe("amd64");
          const before = other.requests.length;
          expect(await buildFlow(folder, storage)).toMatchObject({ alreadyThere: true });
          expect(
            other.requests.slice(before).filter((line) => line.includes("/blobs/")),
          ).toHaveLength(1);
        });
      });
    });

    it("says that a base image is not there, and pushes nothing", async () => {
      await withTempDir(async (folder) => {
        const building = buildFlow(folder, {
          ...options("baseless"),
          baseImage: `${getHost()}/bases/none:1`,
        });
        await expect(building).rejects.toMatchObject({
          code: "BASE_IMAGE_NOT_FOUND",
          message: expect.stringContaining(`${getHost()}/bases/none:1`),
        });
        await expect(openImage(`${getHost()}/${unique}/baseless`)).rejects.toMatchObject({
          code: "IMAGE_NOT_FOUND",
        });
      });
    });
  });
}

async function describeAgain(folder: string) {
  return { description: await describeBundle(join(folder, "out/flow.mjs"), { cwd: folder }) };
}
