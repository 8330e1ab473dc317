import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { registryOf, withConfigFile } from "./registry-config.ts";

it.each([
  ["r.example.com/a/b:1", "r.example.com"],
  ["127.0.0.1:5000/a", "127.0.0.1:5000"],
  ["localhost/a", "localhost"],
  ["busybox", "https://index.docker.io/v1/"],
  ["docker.io/library/busybox", "https://index.docker.io/v1/"],
  ["team/app:1", "https://index.docker.io/v1/"],
])("%s is kept at %s", (reference, registry) => {
  expect(registryOf(reference)).toBe(registry);
});

it("gives credentials in a file that nobody else can read, and that is gone afterwards", async () => {
  const credentials = { username: "u", password: "p:q" };
  const path = await withConfigFile("r.example.com/a", credentials, async (file) => {
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual({
      auths: { "r.example.com": { auth: Buffer.from("u:p:q").toString("base64") } },
    });
    return file;
  });
  expect(existsSync(dirname(path))).toBe(false);
});
