// component: registry
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openImage } from "../src/open-image.ts";
import { pushBase } from "./base-image.ts";
import { testRegistry } from "./registry-rules.ts";

const host = process.env["SLIPWAY_TEST_REGISTRY"] ?? "";
if (host === "") throw new Error("SLIPWAY_TEST_REGISTRY is not set: run npm run test:components");

testRegistry("Debian's docker-registry", () => host, `run-${randomBytes(4).toString("hex")}`);

/** The password "pencil", as `htpasswd -B` writes it. */
const HTPASSWD = "ann:$2b$05$abcdefghijklmnopqrstuu680Yiaj5hFUaJTH/rTAcbA2PQEGfiZu\n";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

describe("Debian's docker-registry with a login", () => {
  let folder: string;
  let locked: string;
  let registry: ChildProcess;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-registry-"));
    locked = `127.0.0.1:${await freePort()}`;
    const config = {
      version: 0.1,
      log: { level: "error" },
      storage: { filesystem: { rootdirectory: join(folder, "data") } },
      http: { addr: locked },
      auth: { htpasswd: { realm: "test", path: join(folder, "htpasswd") } },
    };
    await mkdir(join(folder, "data"));
    await writeFile(join(folder, "htpasswd"), HTPASSWD);
    // JSON is YAML too.
    await writeFile(join(folder, "registry.yml"), JSON.stringify(config));
    registry = spawn("docker-registry", ["serve", join(folder, "registry.yml")], {
      stdio: "ignore",
    });
    await waitFor(async () => (await fetch(`http://${locked}/v2/`)).status === 401);
  });
  afterAll(async () => {
    if (registry.exitCode === null) {
      registry.kill();
      await once(registry, "exit");
    }
    await rm(folder, { recursive: true, force: true });
  });

  async function withLogin(pair: string): Promise<{ dockerConfigFile: string }> {
    const dockerConfigFile = join(folder, `${randomBytes(4).toString("hex")}.json`);
    const auth = Buffer.from(pair).toString("base64");
    await writeFile(dockerConfigFile, JSON.stringify({ auths: { [locked]: { auth } } }));
    return { dockerConfigFile };
  }

  it("takes the right one", async () => {
    const options = await withLogin("ann:pencil");
    await pushBase(`${locked}/base:1`, ["amd64"], options);
    expect((await openImage(`${locked}/base:1`, options)).layers).toHaveLength(1);
  });

  it("refuses a wrong one for pull and push, with its own words", async () => {
    const options = await withLogin("ann:crayon");
    const attempts = [
      () => openImage(`${locked}/base:1`, options),
      () => pushBase(`${locked}/base:2`, ["amd64"], options),
    ];
    for (const attempt of attempts) {
      const error = await attempt().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({
        code: "REGISTRY_REFUSED",
        message: expect.stringContaining("UNAUTHORIZED: authentication required"),
        details: { status: 401, registry: locked, configFile: options.dockerConfigFile },
      });
      expect(String(error)).not.toContain("crayon");
    }
  });
});
