import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { withTempDir } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { createScrubber } from "../../scrub.ts";
import { type OpenKubeApi, openKubeApi, scrubbedApi } from "./http-kube-api.ts";
import type { KubeCall } from "./kube-api.ts";

const GET: KubeCall = { operation: "get Job", method: "GET", path: "/thing" };

interface Standing {
  readonly api: OpenKubeApi;
  /** What the requests showed as their credentials. */
  readonly shown: readonly (string | undefined)[];
  setToken(token: string): Promise<void>;
}

type Answering = (request: IncomingMessage, answer: ServerResponse) => void;

/** An API server's stand-in on loopback that answers as told. */
async function against(answering: Answering, test: (standing: Standing) => Promise<void>) {
  const shown: (string | undefined)[] = [];
  const server = createServer((request, answer) => {
    shown.push(request.headers.authorization);
    answering(request, answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await withTempDir(async (folder) => {
    const kubeconfig = join(folder, "config");
    const setToken = (token: string) =>
      writeFile(kubeconfig, JSON.stringify(configOf(`http://127.0.0.1:${port}/base`, token)));
    await setToken("first");
    const api = await openKubeApi({ kubeconfig });
    try {
      await test({ api, shown, setToken });
    } finally {
      api.close();
      server.close();
      server.closeAllConnections();
    }
  });
}

function configOf(server: string, token: string) {
  return {
    "current-context": "c",
    clusters: [{ name: "c", cluster: { server } }],
    users: [{ name: "c", user: { token } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "c" } }],
  };
}

const json = (answer: ServerResponse, status: number, body: object, headers = {}) =>
  answer.writeHead(status, headers).end(JSON.stringify(body));

const status = (code: number, reason: string, message: string) => ({
  kind: "Status",
  code,
  reason,
  message,
});

describe("calling the API", () => {
  it("takes gzip, warnings, and a server below a path", () =>
    against(
      (request, answer) => {
        answer.writeHead(200, {
          "Content-Encoding": "gzip",
          Warning: ['299 - "unknown field \\"spec.a\\""', '299 - "old"'],
        });
        answer.end(gzipSync(JSON.stringify({ url: request.url })));
      },
      async ({ api }) => {
        const call = { ...GET, query: { limit: 2, continue: undefined, labelSelector: "a=b" } };
        expect(await api.call(call)).toEqual({
          body: { url: "/base/thing?limit=2&labelSelector=a%3Db" },
          warnings: ['unknown field "spec.a"', "old"],
        });
      },
    ));

  it("reads credentials anew that are not taken, once", () =>
    against(
      ({ headers }, answer) =>
        headers.authorization === "Bearer second"
          ? json(answer, 200, {})
          : json(answer, 401, status(401, "Unauthorized", "Unauthorized")),
      async ({ api, shown, setToken }) => {
        await expect(api.call(GET)).rejects.toMatchObject({
          code: "CLOUD_REFUSED",
          details: { cause: "CredentialsInvalid", status: 401 },
        });
        expect(shown).toHaveLength(2);
        await setToken("second");
        await api.call(GET);
        expect(shown.slice(2)).toEqual(["Bearer first", "Bearer second"]);
      },
    ));

  it.each([
    [429, "TooManyRequests", "CLOUD_REFUSED", "Throttled", 7_000],
    [503, "ServiceUnavailable", "CLOUD_UNREACHABLE", "Unreachable", 7_000],
    [403, "Forbidden", "CLOUD_REFUSED", "AccessDenied", 7_000],
  ])("says what %s means", (code, reason, error, cause, retryAfterMs) =>
    against(
      (_, answer) => json(answer, code, status(code, reason, "it said so"), { "Retry-After": "7" }),
      async ({ api }) => {
        await expect(api.call(GET)).rejects.toMatchObject({
          code: error,
          message: expect.stringContaining("it said so"),
          details: { cause, exception: reason, operation: "get Job", retryAfterMs },
        });
      },
    ),
  );

  it("has no word of the environment's in its errors", () =>
    against(
      (_, answer) => json(answer, 404, status(404, "NotFound", 'jobs "harbour-main" not found')),
      async ({ api }) => {
        const clean = scrubbedApi(api, createScrubber({ name: "harbour-main" }));
        const error = await clean.call(GET).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ message: expect.stringContaining("‹name›") });
        expect(JSON.stringify(error)).not.toContain("harbour");
        const read = async () => {
          for await (const _ of clean.lines(GET, new AbortController().signal));
        };
        await expect(read()).rejects.toMatchObject({ message: expect.stringContaining("‹name›") });
      },
    ));

  it("takes a page of a proxy for no answer", () =>
    against(
      (_, answer) => answer.end("<html>sign in</html>"),
      async ({ api }) => {
        await expect(api.call(GET)).rejects.toMatchObject({ code: "CLOUD_UNREACHABLE" });
      },
    ));

  it("replaces a kept connection that the server closed", () => {
    let requests = 0;
    return against(
      (request, answer) => {
        requests += 1;
        if (requests === 2) request.socket.destroy();
        else json(answer, 200, {});
      },
      async ({ api }) => {
        await api.call(GET);
        await api.call(GET);
        expect(requests).toBe(3);
      },
    );
  });
});

describe("reading lines", () => {
  it("brings lines whole however they come, and cuts what is too long", () =>
    against(
      (_, answer) => {
        answer.write("one\ntw");
        setTimeout(() => answer.end(`o ☀\n${"x".repeat(50)}\nlast`), 20);
      },
      async ({ api }) => {
        const lines: string[] = [];
        const call = { ...GET, longestLine: 10 };
        for await (const line of api.lines(call, new AbortController().signal)) lines.push(line);
        expect(lines).toEqual(["one", "two ☀", "x".repeat(10), "last"]);
      },
    ));

  it("ends when it is told to, and throws when it is cut", () =>
    against(
      ({ url }, answer) => {
        answer.write("one\n");
        if (url === "/base/cut") setTimeout(() => answer.destroy(), 20);
      },
      async ({ api }) => {
        const stop = new AbortController();
        for await (const _ of api.lines(GET, stop.signal)) stop.abort();
        const read = async () => {
          for await (const _ of api.lines({ ...GET, path: "/cut" }, new AbortController().signal));
        };
        await expect(read()).rejects.toMatchObject({ code: "CLOUD_UNREACHABLE" });
      },
    ));
});
