import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { packFlowLayers } from "./flow-layers.ts";
import { packLayer } from "./layer.ts";

const text = (content: string) => new TextEncoder().encode(content);

describe("packLayer", () => {
  it("gives the same bytes on every machine", async () => {
    const layer = await packLayer("files", [
      { path: "/data/b.csv", bytes: text("b\n") },
      { path: "/bin/run", bytes: text("#!/bin/sh\n"), executable: true },
    ]);
    // Written once, and equal wherever the test runs; another digest means that every flow's image changes.
    expect(layer.descriptor.digest).toBe(
      "sha256:ff7bf0064270e9c2c9c1accd0de8401277b6fcbfd62bd2a8a7c8622cb79ba728",
    );
    expect(gunzipSync(layer.bytes).byteLength % 512).toBe(0);
  });

  it("does not depend on the order of the files", async () => {
    const files = ["/z", "/a/b", "/a/B", "/a"].map((path) => ({
      path: `${path}.txt`,
      bytes: text(path),
    }));
    const [forwards, backwards] = [
      await packLayer("files", files),
      await packLayer("files", [...files].reverse()),
    ];
    expect(backwards).toEqual(forwards);
  });

  it("tells contents and execute bits apart", async () => {
    const one = await packLayer("files", [{ path: "/a", bytes: text("1") }]);
    const two = await packLayer("files", [{ path: "/a", bytes: text("2") }]);
    const executable = await packLayer("files", [
      { path: "/a", bytes: text("1"), executable: true },
    ]);
    expect(new Set([one, two, executable].map(({ diffId }) => diffId)).size).toBe(3);
  });
});

describe("packFlowLayers", () => {
  const environment = { version: 1, type: "LocalEnvironment", arguments: {} } as const;

  it("puts what changes least first, and the environment alone", async () => {
    const layers = await packFlowLayers(text("flow"), environment, [
      { path: "/a", bytes: text("1") },
    ]);
    expect(layers.map(({ descriptor }) => descriptor.annotations)).toEqual([
      { "org.slipway.layer": "files" },
      { "org.slipway.layer": "bundle" },
      { "org.slipway.layer": "environment" },
    ]);
  });

  it("changes the environment's layer alone when the environment changes", async () => {
    const before = await packFlowLayers(text("flow"), environment, []);
    const after = await packFlowLayers(
      text("flow"),
      { ...environment, arguments: { cpu: "256" } },
      [],
    );
    expect(before.map(({ diffId }, index) => diffId === after[index]?.diffId)).toEqual([
      true,
      false,
    ]);
  });

  it("does not depend on the order of the environment's keys", async () => {
    const layers = await Promise.all(
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ].map((args) => packFlowLayers(text("flow"), { ...environment, arguments: args }, [])),
    );
    expect(layers[0]).toEqual(layers[1]);
  });
});
