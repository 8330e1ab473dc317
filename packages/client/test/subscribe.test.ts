import { afterEach, describe, expect, it } from "vitest";
import { createClient } from "../src/index.ts";
import { answer, startApi } from "./fake-api.ts";

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

const timestamp = "2026-01-01T00:00:00.000Z";

function flowRun(stateVersion: number) {
  const flow = { id: "f", name: "etl", project: { id: "p", name: "default" } };
  return {
    id: "r",
    name: "brave-otter",
    parameters: {},
    labels: [],
    state: { type: "Running", timestamp },
    stateType: "Running",
    stateVersion,
    scheduledStartTime: timestamp,
    startTime: null,
    endTime: null,
    createdAt: timestamp,
    flowVersion: {
      id: "v",
      version: 1,
      image: "oci:///i@sha256:0",
      environmentType: "FargateTaskEnvironment",
      labels: [],
      createdAt: timestamp,
      flow,
    },
    attempts: [],
    taskRuns: [],
  };
}

const next = (data: unknown) => `event: next\ndata: ${JSON.stringify(data)}\n\n`;

describe("subscribeFlowRunChanged", () => {
  it("yields the run as it is and each change, across a broken connection", async () => {
    let streams = 0;
    const api = await startApi((request, response) => {
      if (request.operationName === "flowRun") {
        return answer(response, { data: { flowRun: flowRun(streams * 10) } });
      }
      streams += 1;
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`:\n\n${next({ data: { flowRunChanged: flowRun(streams * 10 + 1) } })}`);
      if (streams === 1) setTimeout(() => response.destroy(), 50);
      return undefined;
    });
    close = api.close;
    const seen: number[] = [];
    for await (const run of createClient({ url: api.url }).subscribeFlowRunChanged("r")) {
      seen.push(run.stateVersion);
      if (seen.length === 4) break;
    }
    expect(seen).toEqual([10, 11, 20, 21]);
  });

  it("throws the server's refusal", async () => {
    const errors = [{ message: "No", extensions: { code: "UNAUTHENTICATED" } }];
    const api = await startApi((_request, response) => answer(response, { errors }));
    close = api.close;
    const runs = createClient({ url: api.url }).subscribeFlowRunChanged("r");
    await expect(runs[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
  });

  it("gives up on a server that stays away, when told to", async () => {
    const api = await startApi(() => undefined);
    await api.close();
    const options = { giveUpAfterMs: 100 };
    const runs = createClient({ url: api.url }).subscribeFlowRunChanged("r", options);
    await expect(runs[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "SERVER_UNREACHABLE",
    });
  });
});

describe("subscribeWorkAvailable", () => {
  it("yields once connected and ends when aborted", async () => {
    const api = await startApi((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`:\n\n${next({ data: { workAvailable: true } })}`);
    });
    close = api.close;
    const controller = new AbortController();
    const options = { signal: controller.signal };
    let count = 0;
    for await (const _ of createClient({ url: api.url }).subscribeWorkAvailable("a", [], options)) {
      count += 1;
      if (count === 2) controller.abort();
    }
    expect(count).toBe(2);
    expect(api.requests).toMatchObject([{ variables: { agent: "a", labels: [] } }]);
  });
});
