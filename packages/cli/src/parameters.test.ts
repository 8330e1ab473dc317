import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "@slipway/core";
import { withTempDir } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { readParameters } from "./parameters.ts";

const declare = (name: string, schema: JsonObject) => ({ name, required: true, schema });

describe("readParameters", () => {
  it("reads JSON where it is JSON, and text otherwise", async () => {
    const param = ["count=3", "tags=[1,2]", "name=Ada=Lovelace", "empty="];
    expect(await readParameters({ param }, [], "/")).toEqual({
      count: 3,
      tags: [1, 2],
      name: "Ada=Lovelace",
      empty: "",
    });
  });

  it("leaves text alone where the parameter takes text", async () => {
    const declared = [
      declare("zip", { type: "string" }),
      declare("size", { enum: ["1", "2"] }),
      declare("count", { type: "integer" }),
    ];
    const param = ["zip=01234", "size=1", "count=1"];
    expect(await readParameters({ param }, declared, "/")).toEqual({
      zip: "01234",
      size: "1",
      count: 1,
    });
  });

  it("lets -p win over the file", async () => {
    await withTempDir(async (folder) => {
      await writeFile(join(folder, "p.json"), '{ "a": 1, "b": 2 }');
      const flags = { param: ["b=3"], parametersFile: "p.json" };
      expect(await readParameters(flags, [], folder)).toEqual({ a: 1, b: 3 });
    });
  });

  it("names a parameter without a value", async () => {
    await expect(readParameters({ param: ["count"] }, [], "/")).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      details: { path: "-p", given: "count" },
    });
  });

  it("names a file that holds no object", async () => {
    await withTempDir(async (folder) => {
      await writeFile(join(folder, "p.json"), "[1]");
      await expect(readParameters({ parametersFile: "p.json" }, [], folder)).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        details: { path: "--parameters-file" },
      });
    });
  });
});
