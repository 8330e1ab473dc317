import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveCommand } from "./resolve-command.ts";

let root: string;
let host: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "resolve-root-"));
  host = mkdtempSync(join(tmpdir(), "resolve-host-"));
  for (const folder of ["slipway", "usr/bin", "app"])
    mkdirSync(join(root, folder), { recursive: true });
  for (const file of ["slipway/flow.mjs", "usr/bin/tool", "app/server.js"]) {
    writeFileSync(join(root, file), "");
  }
  for (const file of ["tool", "only-here"]) writeFileSync(join(host, file), "");
});

afterAll(() => {
  for (const folder of [root, host]) rmSync(folder, { recursive: true, force: true });
});

const resolve = (argv: readonly string[], workingDir = "/") =>
  resolveCommand({
    argv,
    root,
    workingDir,
    imagePath: "/usr/bin:/bin",
    hostPath: host,
    node: "/host/node",
  });

describe("resolveCommand", () => {
  it.each(["node", "/usr/local/bin/node", "/nodejs/bin/node"])(
    "runs %s with the host's node",
    (program) => {
      expect(resolve([program, "/slipway/flow.mjs"])).toEqual([
        "/host/node",
        join(root, "slipway/flow.mjs"),
      ]);
    },
  );

  it("looks a program up in the image first, then on the host", () => {
    expect(resolve(["tool"])).toEqual([join(root, "usr/bin/tool")]);
    expect(resolve(["only-here"])).toEqual([join(host, "only-here")]);
    expect(resolve(["/usr/bin/tool"])).toEqual([join(root, "usr/bin/tool")]);
    expect(resolve(["nowhere"])).toBeUndefined();
    expect(resolve([])).toBeUndefined();
  });

  it("leaves arguments that name nothing of the image", () => {
    const rest = ["/no/such/file", "--flag", "app/server.js", "/", ""];
    expect(resolve(["tool", ...rest])?.slice(1)).toEqual(rest);
  });

  it("reads a relative name in the image's own working folder", () => {
    expect(resolve(["node", "server.js"], "/app")).toEqual([
      "/host/node",
      join(root, "app/server.js"),
    ]);
  });

  it("never leaves the image by dots", () => {
    expect(resolve(["node", "/../../slipway/flow.mjs"])).toEqual([
      "/host/node",
      join(root, "slipway/flow.mjs"),
    ]);
  });
});
