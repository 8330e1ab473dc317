import { describe, expect, it } from "vitest";
import { parseConfig, parseManifest } from "./manifest.ts";

const bytes = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const OCI = "application/vnd.oci.image.manifest.v1+json";
const good = { mediaType: "x", digest: `sha256:${"a".repeat(64)}`, size: 1 };

describe("parseManifest", () => {
  it.each([
    ["text", "not json", /not JSON/],
    ["a list", [], /not a JSON object/],
    [
      "schema 1",
      { mediaType: "application/vnd.docker.distribution.manifest.v1+json" },
      /neither an OCI nor a Docker/,
    ],
    ["no layers", { mediaType: OCI, config: good }, /no list of layers/],
    [
      "a digest of another kind",
      { mediaType: OCI, config: { ...good, digest: "md5:1" }, layers: [] },
      /under config/,
    ],
    [
      "a path as a digest",
      { mediaType: OCI, config: good, layers: [{ ...good, digest: "sha256:../x" }] },
      /under layers/,
    ],
    [
      "a negative size",
      { mediaType: OCI, config: good, layers: [{ ...good, size: -1 }] },
      /under layers/,
    ],
  ])("refuses %s", (_what, value, message) => {
    expect(() => parseManifest(bytes(value), OCI, "r/x")).toThrow(message);
    expect(() => parseManifest(bytes(value), OCI, "r/x")).toThrow(
      expect.objectContaining({ code: "IMAGE_INVALID", details: { image: "r/x" } }),
    );
  });

  it("takes the type from the header where the manifest names none", () => {
    expect(parseManifest(bytes({ config: good, layers: [] }), OCI, "x")).toMatchObject({
      kind: "manifest",
    });
  });
});

describe("parseConfig", () => {
  it("refuses one without platform or layers", () => {
    expect(() => parseConfig(bytes({}), "x")).toThrow(/names no platform/);
    expect(() => parseConfig(bytes({ os: "linux", architecture: "arm64" }), "x")).toThrow(
      /lists no layers/,
    );
  });
});
