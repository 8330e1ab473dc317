import { describe, expect, it } from "vitest";
import { Docker } from "./docker.ts";
import { type DockerOptions, parseDockerOptions } from "./docker-options.ts";

/** As a JavaScript author could write it. */
const given = (options: unknown) => new Docker(options as DockerOptions);

describe("Docker", () => {
  it("serializes what it was given, and nothing that is undefined", () => {
    const storage = new Docker({
      registryUrl: "registry.example.com:5000/team/",
      imageName: "flows",
      imageTag: undefined,
      baseImage: "node:20",
      envVars: { A: "1" },
      files: { "./data.csv": "/data/data.csv" },
    });
    expect(storage.serialize()).toEqual({
      type: "Docker",
      options: {
        registryUrl: "registry.example.com:5000/team/",
        imageName: "flows",
        baseImage: "node:20",
        envVars: { A: "1" },
        files: { "./data.csv": "/data/data.csv" },
      },
    });
  });

  it("is not changed by what the author does to their objects afterwards", () => {
    const envVars = { A: "1" };
    const storage = new Docker({ envVars });
    envVars.A = "2";
    expect(storage.serialize().options).toEqual({ envVars: { A: "1" } });
  });

  it("names the nearest option for an unknown one", () => {
    expect(() => given({ registryURL: "x" })).toThrow(
      /no option "registryURL" \(did you mean registryUrl\?\)/,
    );
    expect(() => given({ dockerfile: "x" })).toThrow(
      /no option "dockerfile"; its options are registryUrl,/,
    );
  });

  it.each([
    [
      "registryUrl",
      "https://registry.example.com/team",
      /without a scheme \(write "registry.example.com\/team"\)/,
    ],
    ["registryUrl", "registry.example.com/Team", /registryUrl/],
    ["registryUrl", "", /registryUrl/],
    ["registryUrl", "/", /registryUrl/],
    ["registryUrl", 5000, /a value of type number/],
    ["imageName", "My Flows", /lower-case/],
    ["imageName", "flows:1", /lower-case/],
    ["imageTag", "a/b", /up to 128/],
    ["imageTag", "x".repeat(129), /up to 128/],
    ["baseImage", "Node", /an image in a registry/],
    ["baseImage", `oci:///x@sha256:${"0".repeat(64)}`, /an image in a registry/],
    ["envVars", ["A=1"], /an object of names and texts/],
    ["files", { a: "data" }, /an absolute path in the image/],
    ["files", { a: "/slipway/flow.mjs" }, /outside \/slipway/],
    ["files", { a: "/x/../slipway/../" }, /other than \//],
    ["files", { a: "/x", b: "/y/../x/" }, /no other file has/],
  ])("refuses %s %j", (name, value, message) => {
    expect(() => given({ [name]: value })).toThrow(message);
    expect(() => given({ [name]: value })).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        details: expect.objectContaining({ path: expect.stringContaining(name) }),
      }),
    );
  });

  it("refuses a variable that Slipway sets itself, and never shows a variable's value", () => {
    expect(() => new Docker({ envVars: { SLIPWAY__CLOUD__AUTH_TOKEN: "x" } })).toThrow(
      /names that Slipway does not set/,
    );
    expect(() => given({ envVars: { TOKEN: { s3cret: 1 } } })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ given: "object" }) }),
    );
  });
});

describe("parseDockerOptions", () => {
  it("refuses what is no object", () => {
    for (const value of [null, [], "flows"]) {
      expect(() => parseDockerOptions(value)).toThrow(
        expect.objectContaining({ code: "INVALID_ARGUMENT" }),
      );
    }
  });
});
