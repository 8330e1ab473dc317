import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer } from "../src/index.ts";
import { send, startTestServer, type TestServer } from "./harness.ts";

const QUERY = "{ server { version } }";

/** `fetch` sets some headers itself, so the raw request is written out. */
async function raw(url: string, method: string, headers: Record<string, string>, body = "") {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const outgoing = request(url, { method, headers }, (incoming) => {
      let text = "";
      incoming.on("data", (chunk) => (text += chunk));
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, text }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

describe("a server without an API key", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const json = { "content-type": "application/json" };
  const body = JSON.stringify({ query: QUERY });

  it("is open on loopback, by each of its names", async () => {
    const { port } = new URL(server.url);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, "[::1]:80"]) {
      const { status } = await raw(server.graphqlUrl, "POST", { ...json, host }, body);
      expect(status, host).toBe(200);
    }
  });

  it("refuses a Host header that a page's own name put there", async () => {
    const answer = await raw(server.graphqlUrl, "POST", { ...json, host: "evil.example" }, body);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text).errors[0].extensions.code).toBe("UNAUTHENTICATED");
  });

  it.each([
    ["another origin", { ...json, origin: "https://evil.example" }, 403],
    ["another port of this machine", { ...json, origin: "http://localhost:3000" }, 403],
    ["no origin at all", { ...json, origin: "null" }, 403],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
    ["plain text", { "content-type": "text/plain" }, 415],
  ])("refuses a page's request from %s", async (_, headers, status) => {
    expect((await raw(server.graphqlUrl, "POST", headers, body)).status).toBe(status);
  });

  it("refuses a page's request by GET", async () => {
    const url = `${server.graphqlUrl}?query=${encodeURIComponent(QUERY)}`;
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
    expect((await raw(url, "GET", headers)).status).toBe(403);
    expect((await raw(url, "GET", {})).status).toBe(200);
  });

  it("takes requests of its own pages", async () => {
    const headers = { ...json, origin: server.url, "sec-fetch-site": "same-origin" };
    expect((await raw(server.graphqlUrl, "POST", headers, body)).status).toBe(200);
  });

  it("shows a person a page that needs nothing from elsewhere", async () => {
    const response = await fetch(server.url, { headers: { accept: "text/html" } });
    const page = await response.text();
    expect(response.url).toBe(server.graphqlUrl);
    expect(page).toContain("Slipway server");
    expect(page).not.toMatch(/(src|href)="?https?:/);
  });

  it("tells that it is well, and 404 where nothing is", async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
  });

  it("takes no mutation by GET", async () => {
    const query = encodeURIComponent(`mutation { createProject(name: "x") { id } }`);
    expect((await raw(`${server.graphqlUrl}?query=${query}`, "GET", {})).status).toBe(405);
  });
});

describe("a server with an API key", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ apiKey: "key-1" });
  });
  afterAll(() => server.close());

  it("lets in who has it", async () => {
    expect(await send(server.graphqlUrl, QUERY, {}, "key-1")).toMatchObject({ server: {} });
  });

  it.each(["key-2", "key-1x", "", "slb_x", "slr_x"])("refuses %j", async (token) => {
    await expect(send(server.graphqlUrl, QUERY, {}, token)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
  });

  it("answers 401 before it reads anything", async () => {
    const headers = { "content-type": "application/json" };
    expect((await raw(server.graphqlUrl, "POST", headers, "{ not even json")).status).toBe(401);
  });
});

describe("startServer", () => {
  it("refuses to be open to others without a key", async () => {
    const start = startServer({ host: "0.0.0.0", port: 0, dataDir: "/nowhere" });
    await expect(start).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("SLIPWAY__SERVER__API_KEY"),
    });
  });

  it("says where it sought a database, and never with which password", async () => {
    const databaseUrl = "postgres://me:geheim@127.0.0.1:9/flows";
    const error: unknown = await startServer({
      host: "127.0.0.1",
      port: 0,
      dataDir: "/nowhere",
      databaseUrl,
    }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "DATABASE_UNAVAILABLE",
      details: { host: "127.0.0.1", port: 9, database: "flows" },
    });
    expect(JSON.stringify(error) + String(error)).not.toContain("geheim");
  });

  it("says that its port is taken, and leaves nothing running", async () => {
    const first = await startTestServer();
    const { port } = new URL(first.url);
    await expect(startTestServer({ port: Number(port) })).rejects.toMatchObject({
      code: "ADDRESS_IN_USE",
    });
    await first.close();
  });
});
