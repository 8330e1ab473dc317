import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openImage } from "../src/open-image.ts";
import { readEnvironment } from "../src/read-environment.ts";
import { pushBase } from "./base-image.ts";
import { type MiniRegistry, type MiniRegistryOptions, startMiniRegistry } from "./mini-registry.ts";
import { buildFlow, testRegistry } from "./registry-rules.ts";

let mini: MiniRegistry;
beforeAll(async () => {
  mini = await startMiniRegistry();
});
afterAll(() => mini.close());

testRegistry("a small registry", () => mini.host, "unit");

async function withRegistry(
  options: MiniRegistryOptions,
  use: (registry: MiniRegistry, folder: string) => Promise<void>,
): Promise<void> {
  const registry = await startMiniRegistry(options);
  try {
    await withTempDir((folder) => use(registry, folder));
  } finally {
    await registry.close();
  }
}

async function writeConfig(folder: string, config: unknown): Promise<string> {
  const file = join(folder, "docker", "config.json");
  await mkdir(join(folder, "docker"), { recursive: true });
  await writeFile(file, typeof config === "string" ? config : JSON.stringify(config));
  return file;
}

const login = (host: string, pair: string) => ({
  auths: { [host]: { auth: Buffer.from(pair).toString("base64") } },
});

describe.each(["basic", "bearer"] as const)("a registry with a login by %s", (kind) => {
  const options = { login: { kind, username: "ann", password: "pa:ss" } };

  it("takes what Docker's configuration file holds for it", async () => {
    await withRegistry(options, async ({ host }, folder) => {
      const dockerConfigFile = await writeConfig(folder, login(host, "ann:pa:ss"));
      await pushBase(`${host}/base:1`, ["amd64"], { dockerConfigFile });
      const storage = { registryUrl: host, baseImage: `${host}/base:1` };
      const image = await buildFlow(folder, storage, { dockerConfigFile });
      expect(await readEnvironment(image.reference, { dockerConfigFile })).toMatchObject({
        version: 1,
      });
    });
  });

  it("passes over fields of the file that are empty", async () => {
    await withRegistry(options, async ({ host }, folder) => {
      const { auth } = login(host, "ann:pa:ss").auths[host] ?? {};
      const entry = { auth, username: "", password: "", identitytoken: "" };
      const dockerConfigFile = await writeConfig(folder, { auths: { [host]: entry } });
      await expect(openImage(`${host}/x:1`, { dockerConfigFile })).rejects.toMatchObject({
        code: "IMAGE_NOT_FOUND",
      });
    });
  });

  it("refuses a wrong password, with its own words and where the login came from, but without the login", async () => {
    await withRegistry(options, async ({ host }, folder) => {
      const dockerConfigFile = await writeConfig(folder, login(host, "ann:s3cret"));
      const error = await openImage(`${host}/x:1`, { dockerConfigFile }).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: "REGISTRY_REFUSED", details: { status: 401 } });
      expect(error.message).toMatch(/authentication required|incorrect username or password/);
      expect(error.message).toContain(dockerConfigFile);
      expect(JSON.stringify([error.message, error.details, String(error.stack)])).not.toContain(
        "s3cret",
      );
    });
  });

  it("refuses who has no login at all", async () => {
    await withRegistry(options, async ({ host }, folder) => {
      const dockerConfigFile = join(folder, "none.json");
      await expect(openImage(`${host}/x:1`, { dockerConfigFile })).rejects.toMatchObject({
        code: "REGISTRY_REFUSED",
      });
    });
  });
});

describe("an identity token", () => {
  it("is not sent on to where a registry redirects", async () => {
    const received: string[] = [];
    const elsewhere = await listen((request, response) => {
      request.on("data", (chunk) => received.push(String(chunk)));
      response.end('{"token":"t"}');
    });
    const registry = await listen((request, response) => {
      const realm = `Bearer realm="http://${request.headers.host}/token"`;
      if (request.url === "/token")
        response.writeHead(307, { location: `http://${elsewhere.host}/` });
      else response.writeHead(401, { "www-authenticate": realm });
      response.end();
    });
    try {
      await withTempDir(async (folder) => {
        const auths = { [registry.host]: { identitytoken: "s3cret" } };
        const dockerConfigFile = await writeConfig(folder, { auths });
        await expect(openImage(`${registry.host}/x:1`, { dockerConfigFile })).rejects.toMatchObject(
          { code: "REGISTRY_REFUSED", details: { status: 307 } },
        );
      });
      expect(received).toEqual([]);
    } finally {
      registry.server.close();
      elsewhere.server.close();
    }
  });
});

async function listen(answer: RequestListener) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return { server, host: `127.0.0.1:${typeof address === "object" ? address?.port : ""}` };
}

describe("a credential helper", () => {
  const options = { login: { kind: "basic", username: "ann", password: "secret" } } as const;

  async function withHelper(
    script: string,
    use: (host: string, dockerConfigFile: string) => Promise<void>,
  ) {
    await withRegistry(options, async ({ host }, folder) => {
      await writeFile(join(folder, "docker-credential-slipway-test"), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, "docker-credential-slipway-test"), 0o755);
      const dockerConfigFile = await writeConfig(folder, {
        credHelpers: { [host]: "slipway-test" },
      });
      const path = process.env["PATH"];
      process.env["PATH"] = `${folder}:${path}`;
      try {
        await use(host, dockerConfigFile);
      } finally {
        process.env["PATH"] = path;
      }
    });
  }

  it("is asked for the login", async () => {
    const script = `read host; echo "{\\"ServerURL\\":\\"$host\\",\\"Username\\":\\"ann\\",\\"Secret\\":\\"secret\\"}"`;
    await withHelper(script, async (host, dockerConfigFile) => {
      await expect(openImage(`${host}/x:1`, { dockerConfigFile })).rejects.toMatchObject({
        code: "IMAGE_NOT_FOUND",
      });
    });
  });

  it("that fails, or answers nonsense, is named without its answer", async () => {
    for (const script of ["echo s3cret; exit 1", "echo s3cret"]) {
      await withHelper(script, async (host, dockerConfigFile) => {
        const error = await openImage(`${host}/x:1`, { dockerConfigFile }).catch(
          (thrown) => thrown,
        );
        expect(error).toMatchObject({ code: "REGISTRY_REFUSED" });
        expect(error.message).toContain("docker-credential-slipway-test");
        expect(`${error.message}${JSON.stringify(error.details)}${error.cause}`).not.toContain(
          "s3cret",
        );
      });
    }
  });
});

describe("a registry that", () => {
  it("refuses a push is quoted", async () => {
    await withRegistry({ denies: "quota exceeded" }, async ({ host }, folder) => {
      const storage = { registryUrl: host, baseImage: `${mini.host}/bases/unit/plain:1` };
      await expect(buildFlow(folder, storage)).rejects.toMatchObject({
        code: "REGISTRY_REFUSED",
        message: expect.stringContaining("403 DENIED: quota exceeded"),
      });
    });
  });

  it("is down for a moment is asked again", async () => {
    await withRegistry({ failures: 2 }, async ({ host }) => {
      await expect(openImage(`${host}/x:1`)).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
    });
  });

  it("stays down is named", async () => {
    await withRegistry({ failures: 99 }, async ({ host, requests }) => {
      await expect(openImage(`${host}/x:1`)).rejects.toMatchObject({
        code: "REGISTRY_UNREACHABLE",
      });
      expect(requests).toHaveLength(4);
    });
  });

  it("does not listen is named, with the reason", async () => {
    const { host, close } = await startMiniRegistry();
    await close();
    await expect(openImage(`${host}/x:1`)).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      message: expect.stringContaining(`${host} cannot be reached (connect ECONNREFUSED`),
    });
  });

  it("gives other bytes than a digest's is not believed", async () => {
    await withRegistry({ corrupt: true }, async ({ host }, folder) => {
      await pushBase(`${host}/base:1`, ["amd64"]);
      await expect(
        buildFlow(folder, { registryUrl: host, baseImage: `${host}/base:1` }),
      ).rejects.toMatchObject({
        code: "IMAGE_INVALID",
      });
    });
  });
});

describe("a Docker configuration file that is no JSON", () => {
  it("is named and not quoted", async () => {
    await withRegistry(
      { login: { kind: "basic", username: "a", password: "b" } },
      async ({ host }, folder) => {
        const dockerConfigFile = await writeConfig(folder, '{"auths": s3cret');
        const error = await openImage(`${host}/x:1`, { dockerConfigFile }).catch(
          (thrown) => thrown,
        );
        expect(error).toMatchObject({ code: "REGISTRY_REFUSED" });
        expect(error.message).toContain(dockerConfigFile);
        expect(`${error.message}${error.cause}`).not.toContain("s3cret");
      },
    );
  });
});
