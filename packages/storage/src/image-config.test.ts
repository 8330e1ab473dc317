import { describe, expect, it } from "vitest";
import { type BaseImage, buildIndex, buildManifest } from "./image-config.ts";
import { packLayer } from "./layer.ts";
import { parseConfig, parseManifest } from "./manifest.ts";

const layer = await packLayer("bundle", [
  { path: "/slipway/flow.mjs", bytes: Buffer.from("flow") },
]);
const parts = { flowName: "etl", layers: [layer], envVars: { PATH: "/own", ZED: "1" } };

const base: BaseImage = {
  name: "docker.io/library/node:20-slim",
  digest: `sha256:${"a".repeat(64)}`,
  layers: [
    {
      mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip",
      digest: `sha256:${"b".repeat(64)}`,
      size: 7,
    },
  ],
  config: {
    os: "linux",
    architecture: "arm64",
    variant: "v8",
    created: "2026-01-02T03:04:05Z",
    config: {
      Env: ["PATH=/usr/bin", "NODE_VERSION=20"],
      User: "node",
      WorkingDir: "/work",
      Entrypoint: ["docker-entrypoint.sh"],
      Cmd: ["node"],
      Labels: { vendor: "x" },
      StopSignal: "SIGINT",
    },
    rootfs: { type: "layers", diff_ids: [`sha256:${"c".repeat(64)}`] },
    history: [{ created_by: "base" }],
  },
};

const read = (built: ReturnType<typeof buildManifest>) => ({
  config: parseConfig(built.config.bytes, "test"),
  manifest: parseManifest(built.manifest.bytes, "", "test"),
});

describe("buildManifest", () => {
  it("keeps what the base says, and sets command, variables and label", () => {
    const { config } = read(buildManifest(parts, base));
    expect(config.config).toEqual({
      Env: ["NODE_VERSION=20", "PATH=/own", "ZED=1"],
      User: "node",
      WorkingDir: "/work",
      Entrypoint: [],
      Cmd: ["node", "/slipway/flow.mjs"],
      Labels: { vendor: "x", "org.slipway.flow": "etl" },
      StopSignal: "SIGINT",
    });
    expect(config).toMatchObject({
      os: "linux",
      architecture: "arm64",
      variant: "v8",
      created: base.config.created,
    });
  });

  it("appends its layers to the base's, in manifest, configuration and history alike", () => {
    const { config, manifest } = read(buildManifest(parts, base));
    expect(config.rootfs.diff_ids).toEqual([...base.config.rootfs.diff_ids, layer.diffId]);
    expect(config.history).toEqual([
      { created_by: "base" },
      { created: base.config.created, created_by: "slipway: bundle" },
    ]);
    expect(manifest).toMatchObject({
      layers: [
        { ...base.layers[0], mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" },
        layer.descriptor,
      ],
    });
  });

  it("makes an image of the flow's layers alone where there is no base", () => {
    const { config, manifest } = read(buildManifest(parts));
    expect(config).toMatchObject({
      os: "linux",
      architecture: "amd64",
      created: "1970-01-01T00:00:00Z",
    });
    expect(manifest).toMatchObject({ layers: [layer.descriptor] });
  });

  it("gives equal bytes for equal parts", () => {
    expect(buildManifest(parts, base)).toEqual(
      buildManifest({ ...parts, envVars: { ZED: "1", PATH: "/own" } }, base),
    );
  });
});

describe("buildIndex", () => {
  it("names each platform's image", () => {
    const images = [buildManifest(parts), buildManifest(parts, base)];
    expect(parseManifest(buildIndex(images).bytes, "", "test")).toEqual({
      kind: "index",
      manifests: [
        { ...images[0]?.manifest.descriptor, platform: { os: "linux", architecture: "amd64" } },
        {
          ...images[1]?.manifest.descriptor,
          platform: { os: "linux", architecture: "arm64", variant: "v8" },
        },
      ],
    });
  });
});
