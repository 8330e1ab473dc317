import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { expect, it } from "vitest";
import { DockerClient } from "../src/drivers/docker/docker-client.ts";
import { pullImage } from "../src/drivers/docker/pull-image.ts";
import { imageReader } from "../src/drivers/process/image-reader.ts";

const credentials = { username: "someone", password: "their:password" };

async function withServer<T>(
  listener: RequestListener,
  where: { socket?: string },
  use: (port: number) => Promise<T>,
): Promise<T> {
  const server = createServer(listener);
  if (where.socket === undefined) server.listen(0, "127.0.0.1");
  else server.listen(where.socket);
  await once(server, "listening");
  try {
    // A server on loopback has an address of this kind, one on a socket a text.
    const address = server.address() as AddressInfo | string;
    return await use(typeof address === "string" ? 0 : address.port);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

it("are what the engine pulls with", async () => {
  await withTempDir(async (folder) => {
    const socket = join(folder, "engine.sock");
    const seen: string[] = [];
    const engine: RequestListener = ({ method, headers, url = "" }, response) => {
      if (method === "POST") seen.push(`${url} ${headers["x-registry-auth"]}`);
      response.end(JSON.stringify({ Id: "sha256:1", Os: "linux", Architecture: "amd64" }));
    };
    await withServer(engine, { socket }, () =>
      pullImage(new DockerClient(socket), { reference: "r.example.com/a:1", credentials }),
    );
    const auth = Buffer.from(JSON.stringify(credentials)).toString("base64url");
    expect(seen).toEqual([`/images/create?fromImage=r.example.com%2Fa&tag=1 ${auth}`]);
  });
});

it("are what the process driver asks a registry with", async () => {
  const seen: (string | undefined)[] = [];
  const registry: RequestListener = ({ headers }, response) => {
    seen.push(headers.authorization);
    response.writeHead(401, { "WWW-Authenticate": 'Basic realm="r"' }).end();
  };
  await withServer(registry, {}, async (port) => {
    const image = { reference: `127.0.0.1:${port}/a:1`, credentials };
    await expect(imageReader.digest(image)).rejects.toMatchObject({ code: "REGISTRY_REFUSED" });
  });
  const basic = Buffer.from("someone:their:password").toString("base64");
  expect(seen).toContain(`Basic ${basic}`);
});
