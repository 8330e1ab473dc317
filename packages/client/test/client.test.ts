import { afterEach, describe, expect, it } from "vitest";
import { createClient } from "../src/index.ts";
import { answer, startApi } from "./fake-api.ts";

type Api = Awaited<ReturnType<typeof startApi>>;

const apis: Api[] = [];
async function api(...given: Parameters<typeof startApi>): Promise<Api> {
  const started = await startApi(...given);
  apis.push(started);
  return started;
}
afterEach(async () => {
  await Promise.all(apis.splice(0).map((started) => started.close()));
});

const info = { data: { server: { version: "0.1.0", installationId: "i" } } };

describe("a client", () => {
  it("sends its key and reads the answer", async () => {
    const { url, requests } = await api((_request, response) => answer(response, info));
    const server = await createClient({ url, apiKey: "secret" }).server();
    expect(server).toEqual({ version: "0.1.0", installationId: "i" });
    expect(requests).toMatchObject([{ operationName: "server", authorization: "Bearer secret" }]);
  });

  it("throws the server's own error, with code and details", async () => {
    const errors = [
      {
        message: "There is no flow x",
        extensions: { code: "NOT_FOUND", details: { path: "flow" } },
      },
    ];
    const { url, requests } = await api((_request, response) => answer(response, { errors }));
    await expect(createClient({ url }).createFlowRun({ flow: "x" })).rejects.toMatchObject({
      name: "SlipwayError",
      code: "NOT_FOUND",
      message: "There is no flow x",
      details: { path: "flow" },
    });
    expect(requests).toHaveLength(1);
  });

  it("tries a repeatable operation again while the server stumbles", async () => {
    let count = 0;
    const { url } = await api((_request, response) => {
      count += 1;
      if (count < 3) response.writeHead(503).end("starting");
      else answer(response, info);
    });
    await expect(createClient({ url }).server()).resolves.toMatchObject({ version: "0.1.0" });
  });

  it("never sends a one-use operation twice", async () => {
    const { url, requests } = await api((_request, response) => response.destroy());
    await expect(createClient({ url }).startRun()).rejects.toMatchObject({
      code: "SERVER_UNREACHABLE",
    });
    expect(requests).toHaveLength(1);
  });

  it("swaps a token again where the answer was lost, with a run token of the caller's own", async () => {
    const runToken = `slr_${"a".repeat(43)}`;
    const refused = { errors: [{ message: "No", extensions: { code: "UNAUTHENTICATED" } }] };
    let count = 0;
    const { url, requests } = await api((_request, response) => {
      count += 1;
      if (count === 1) response.destroy();
      else answer(response, refused);
    });
    await expect(createClient({ url }).startRun(runToken)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
    expect(requests.map(({ variables }) => variables)).toEqual([{ runToken }, { runToken }]);
  });

  it("sends a one-use operation once the server listens", async () => {
    const gone = await startApi(() => undefined);
    await gone.close();
    const pending = createClient({ url: gone.url, retryForMs: 10_000 }).createFlowRun({
      flow: "x",
    });
    const errors = [{ message: "There is no flow x", extensions: { code: "NOT_FOUND" } }];
    const { requests } = await api((_request, response) => answer(response, { errors }), gone.port);
    await expect(pending).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(requests).toHaveLength(1);
  });

  it("says that nothing listens, where, and how to start a server", async () => {
    const { url, close } = await startApi(() => undefined);
    await close();
    await expect(createClient({ url, retryForMs: 0 }).server()).rejects.toMatchObject({
      code: "SERVER_UNREACHABLE",
      message: expect.stringMatching(/ECONNREFUSED.*slipway server start/),
      details: { url },
    });
  });

  it("gives up on a server that does not answer in time", async () => {
    const { url } = await api(() => undefined);
    await expect(
      createClient({ url, timeoutMs: 50, retryForMs: 0 }).server(),
    ).rejects.toMatchObject({
      code: "SERVER_UNREACHABLE",
      details: { reason: "no answer in time" },
    });
  });

  it("tells something that is not a Slipway server from one", async () => {
    const { url } = await api((_request, response) => response.writeHead(404).end("<html>"));
    await expect(createClient({ url, retryForMs: 0 }).server()).rejects.toMatchObject({
      message: expect.stringMatching(/HTTP 404.*not a Slipway server/),
    });
  });

  it("asks for a key where the server wants one", async () => {
    const { url } = await api((_request, response) => response.writeHead(401).end());
    await expect(createClient({ url }).server()).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("says NOT_FOUND for the logs of an unknown run", async () => {
    const { url } = await api((_request, response) =>
      answer(response, { data: { flowRun: null } }),
    );
    await expect(createClient({ url }).flowRunLogs("nope")).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
