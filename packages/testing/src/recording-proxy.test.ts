import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { startRecordingProxy } from "./recording-proxy.ts";
import { waitFor } from "./wait-for.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

async function proxyTo(target: string) {
  const proxy = await startRecordingProxy({ target });
  closers.unshift(() => proxy.close());
  return proxy;
}

describe("startRecordingProxy", () => {
  it("passes a request and its answer on and keeps the request", async () => {
    const target = await serve((incoming, outgoing) => {
      incoming.on("data", (chunk) => outgoing.write(`heard ${chunk} at ${incoming.url}`));
      incoming.on("end", () => outgoing.end());
      outgoing.writeHead(201, { "x-answer": "yes" });
    });
    const proxy = await proxyTo(target);

    const answer = await fetch(`${proxy.url}/a?b=1`, {
      method: "POST",
      headers: { "x-asked": "no" },
      body: "hello",
    });

    expect(answer.status).toBe(201);
    expect(answer.headers.get("x-answer")).toBe("yes");
    expect(await answer.text()).toBe("heard hello at /a?b=1");
    expect(proxy.requests).toMatchObject([
      { method: "POST", path: "/a?b=1", headers: { "x-asked": "no" }, body: "hello" },
    ]);
  });

  it("hands on each event of a stream as it comes", async () => {
    const target = await serve((_incoming, outgoing) => {
      outgoing.writeHead(200, { "content-type": "text/event-stream" });
      outgoing.write("data: first\n\n");
    });
    const proxy = await proxyTo(target);

    const answer = await fetch(proxy.url);
    const reader = answer.body?.getReader();
    const chunk = await reader?.read();

    expect(Buffer.from(chunk?.value ?? []).toString()).toBe("data: first\n\n");
    expect(chunk?.done).toBe(false);
    await reader?.cancel();
  });

  it("ends the target's stream when the reader goes away", async () => {
    let left = false;
    const target = await serve((_incoming, outgoing) => {
      outgoing.write("data: first\n\n");
      outgoing.on("close", () => {
        left = true;
      });
    });
    const proxy = await proxyTo(target);

    const reader = (await fetch(proxy.url)).body?.getReader();
    await reader?.read();
    await reader?.cancel();

    await waitFor(() => left, { timeoutMs: 5000 });
  });

  it("keeps a gzipped body unpacked", async () => {
    const target = await serve((incoming, outgoing) => {
      incoming.resume().on("end", () => outgoing.end());
    });
    const proxy = await proxyTo(target);

    await fetch(proxy.url, {
      method: "POST",
      headers: { "content-encoding": "gzip" },
      body: gzipSync("a secret"),
    });

    expect(proxy.requests[0]?.body).toBe("a secret");
  });

  it("answers 502 with the reason when the target is down", async () => {
    const proxy = await proxyTo("http://127.0.0.1:9");
    const answer = await fetch(proxy.url);
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain("http://127.0.0.1:9");
  });

  it("cuts the connection before the target hears of a request, or after it has answered", async () => {
    const heard: string[] = [];
    const target = await serve((incoming, outgoing) => {
      heard.push(incoming.url ?? "");
      outgoing.end("done");
    });
    const proxy = await startRecordingProxy({
      target,
      onRequest: async ({ path }) => (path === "/never-sent" ? "cut" : "pass"),
      onAnswer: async ({ body }) => (body === "answer is lost" ? "cut" : "pass"),
    });
    closers.unshift(() => proxy.close());
    const post = (path: string, body: string) =>
      fetch(`${proxy.url}${path}`, { method: "POST", body });

    await expect(post("/never-sent", "x")).rejects.toThrow();
    await expect(post("/sent", "answer is lost")).rejects.toThrow();
    expect(await (await post("/sent", "answer comes")).text()).toBe("done");
    expect(heard).toEqual(["/sent", "/sent"]);
    expect(proxy.requests.map(({ path }) => path)).toEqual(["/never-sent", "/sent", "/sent"]);
  });

  it("cuts the connection where the target does, so that an answer is lost as it would be without it", async () => {
    const target = await serve((incoming) => incoming.socket.destroy());
    const proxy = await proxyTo(target);
    await expect(fetch(proxy.url)).rejects.toThrow("fetch failed");
    expect(proxy.requests).toHaveLength(1);
  });
});
