import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createClient, type FlowRunDetail, type SlipwayClient } from "@slipway/client";
import type { FargateTaskEnvironmentOptions } from "@slipway/environments";
import { createLauncher } from "@slipway/environments/launch";
import { type RunningServer, startServer } from "@slipway/server";
import { readEnvironment } from "@slipway/storage/read";
import { waitFor } from "@slipway/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Agent, type AgentEvent, type AgentOptions, startAgent } from "../src/index.ts";
import { containerWith, fargateEnvironment, type LocalEcs, startLocalEcs } from "./local-ecs.ts";
import { MemoryLedger } from "./memory-ledger.ts";
import { buildTestImage, STRUCTURE } from "./test-image.ts";

let ecs: LocalEcs;
let server: RunningServer;
let client: SlipwayClient;
let port: number;
beforeAll(async () => {
  ecs = await startLocalEcs();
  server = await openServer(0);
  port = Number(new URL(server.url).port);
  client = createClient({ url: server.graphqlUrl });
});
afterAll(async () => {
  await ecs.close();
  await server.close();
});

const openServer = (at: number) =>
  startServer({ host: "127.0.0.1", port: at, dataDir: join(ecs.folder, "server") });

const agents: Agent[] = [];
const events: AgentEvent[] = [];
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.close()));
  events.length = 0;
});

/** An agent that takes runs of one test only, by their label. */
async function agentFor(label: string, more: Partial<AgentOptions> = {}): Promise<Agent> {
  const agent = await startAgent({
    name: `agent of ${label}`,
    labels: [label],
    apiUrl: server.graphqlUrl,
    ecsClientDefaults: ecs.defaults,
    observeMs: { shortest: 100, longest: 500 },
    log: (_, event) => events.push(event),
    ...more,
  });
  agents.push(agent);
  return agent;
}

/** Registers a flow version whose runs only `agentFor(label)` takes. */
async function register(
  label: string,
  options: FargateTaskEnvironmentOptions = {},
  image?: string,
) {
  const environment = fargateEnvironment({ family: label, labels: [label], ...options });
  const { flowVersion } = await client.registerFlow({
    project: "default",
    structure: { ...STRUCTURE, name: label },
    image: image ?? (await buildTestImage(ecs.folder, environment)),
    environmentType: environment.type,
    labels: [label],
  });
  return flowVersion.id;
}

const createRun = async (flowVersionId: string, milliseconds = 0) =>
  (await client.createFlowRun({ flowVersionId, parameters: { milliseconds } })).id;

async function read(id: string): Promise<FlowRunDetail> {
  const run = await client.flowRun(id);
  if (run === null) throw new Error(`There is no run ${id}`);
  return run;
}

const until = (id: string, condition: (run: FlowRunDetail) => boolean) =>
  waitFor(
    async () => {
      const run = await read(id);
      return condition(run) && run;
    },
    { timeoutMs: 25_000, what: `run ${id}: ${condition.toString()}` },
  );
const isEnded = (run: FlowRunDetail) => run.attempts[0]?.endedAt != null;
/** Passes every request on to ECS, and every answer back but RunTask's. */
async function passOnDeaf(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = {
    authorization: String(request.headers.authorization),
    "content-type": String(request.headers["content-type"]),
    "x-amz-target": String(request.headers["x-amz-target"]),
  };
  const body = await text(request);
  const answer = await fetch(ecs.proxy.url, { method: "POST", headers, body });
  response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.1" });
  if (headers["x-amz-target"].endsWith(".RunTask")) response.destroy();
  else response.end(await answer.text());
}

async function listening(endpoint: Server) {
  await once(endpoint.listen(0, "127.0.0.1"), "listening");
  const address = endpoint.address();
  const at = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${at}`,
    async [Symbol.asyncDispose]() {
      endpoint.closeAllConnections();
      endpoint.close();
    },
  };
}
const launchesOf = (id: string) =>
  ecs.sent("RunTask").filter((input) => JSON.stringify(input).includes(id));

describe("an agent", () => {
  it("launches a run at once, watches it to its end and records what it launched", async () => {
    await agentFor("plain", { pollMs: 60_000 });
    const id = await createRun(await register("plain"));
    const run = await until(id, isEnded);
    expect(run.stateType).toBe("Success");
    expect(run.attempts).toMatchObject([
      {
        number: 1,
        agentName: "agent of plain",
        infrastructure: { kind: "EcsTask", id: expect.stringMatching(/^[0-9a-f]{32}$/) },
        diagnosis: {
          cause: "EssentialContainerExited",
          evidence: { containers: [{ exitCode: 0 }] },
        },
      },
    ]);
    const kinds = events.filter((event) => event.kind !== "trouble").map(({ kind }) => kind);
    expect(kinds).toEqual(["claimed", "launched", "ended"]);
  });

  it("registers one definition for many runs of a version", async () => {
    await agentFor("many");
    const version = await register("many");
    const ids = await Promise.all(Array.from({ length: 6 }, () => createRun(version)));
    for (const id of ids) expect((await until(id, isEnded)).stateType).toBe("Success");
    const registrations = ecs
      .sent("RegisterTaskDefinition")
      .filter((input) => Object(input).family === "many");
    expect(registrations).toHaveLength(1);
  });

  it("ends a run whose process died as Failed, with the cause", async () => {
    await agentFor("dies");
    const version = await register("dies", {
      containerDefinitions: containerWith({ TEST_EXIT_CODE: "3" }),
    });
    const run = await until(await createRun(version), isEnded);
    expect(run.state).toMatchObject({
      type: "Failed",
      cause: "EssentialContainerExited",
      message: expect.stringContaining("code 3"),
    });
  });

  it.each([
    {
      label: "no-cluster",
      options: { cluster: "absent" },
      cause: "ClusterNotFound",
      words: "ClusterNotFoundException",
    },
    {
      label: "ecs-down",
      options: { endpoint: "http://127.0.0.1:9" },
      cause: "Unreachable",
      words: "127.0.0.1:9",
    },
  ])(
    "ends a run that cannot be launched as Failed, in the platform's words: $label",
    async ({ label, options, cause, words }) => {
      await agentFor(label);
      const run = await until(await createRun(await register(label, options)), isEnded);
      expect(run.state).toMatchObject({
        type: "Failed",
        cause,
        message: expect.stringContaining(words),
      });
      expect(run.attempts[0]?.infrastructure).toBeNull();
    },
  );

  it("watches a task whose launch was never answered", async () => {
    const deaf = createServer((request, response) => void passOnDeaf(request, response));
    await using endpoint = await listening(deaf);
    await agentFor("unanswered");
    const version = await register("unanswered", { endpoint: endpoint.url });
    const run = await until(await createRun(version, 1_000), isEnded);
    expect(run.stateType).toBe("Success");
    expect(run.attempts).toHaveLength(1);
    expect(launchesOf(run.id)).toHaveLength(1);
  });

  it("ends a run of which the platform says more than the server takes", async () => {
    const __type = "com.amazonaws.ecs#ClientException";
    const verbose = createServer((_, response) => {
      response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ __type, message: "no ".repeat(50_000) }));
    });
    await using endpoint = await listening(verbose);
    await agentFor("verbose");
    const version = await register("verbose", { endpoint: endpoint.url });
    const run = await until(await createRun(version), isEnded);
    expect(run.state).toMatchObject({ type: "Failed", cause: "Refused" });
  });

  it("ends a run whose image is gone as Failed", async () => {
    await agentFor("no-image");
    const image = `oci://${join(ecs.folder, "images", "absent")}@sha256:${"0".repeat(64)}`;
    const run = await until(await createRun(await register("no-image", {}, image)), isEnded);
    expect(run.state).toMatchObject({ type: "Failed", cause: "IMAGE_NOT_FOUND" });
  });

  it("is not stopped by a run that fails", async () => {
    await agentFor("mixed");
    const bad = await createRun(
      await register("mixed", {}, `oci:///absent@sha256:${"1".repeat(64)}`),
    );
    const good = await createRun(await register("mixed"));
    expect((await until(bad, isEnded)).stateType).toBe("Failed");
    expect((await until(good, isEnded)).stateType).toBe("Success");
  });
});

describe("an agent that starts again", () => {
  it("watches what it had launched, and launches nothing twice", async () => {
    const first = await agentFor("restart");
    const id = await createRun(await register("restart"), 2_000);
    await until(id, ({ stateType }) => stateType === "Running");
    await first.close();
    await agentFor("restart");
    const run = await until(id, isEnded);
    expect(run.stateType).toBe("Success");
    expect(run.attempts).toHaveLength(1);
    expect(launchesOf(id)).toHaveLength(1);
  });

  it("finds a task whose launch was never recorded, since the agent died at that moment", async () => {
    const version = await register("unrecorded");
    const id = await createRun(version, 1_000);
    const [claim] = (
      await client.claimWork({ agent: "agent of unrecorded", labels: ["unrecorded"], limit: 1 })
    ).claimed;
    if (claim === undefined) throw new Error("Nothing was claimed");
    const { image } = claim.flowRun.flowVersion;
    const launcher = await createLauncher(await readEnvironment(image), ecs.defaults);
    const rate = { scope: "test", operation: "RunTask", burst: 1, perSecond: 1 };
    const intent = { agent: "agent of unrecorded", attemptId: claim.attempt.id, variant: 0, rate };
    await client.beginLaunch(intent);
    const request = {
      flowName: "unrecorded",
      flowRunId: id,
      attempt: 1,
      attemptId: claim.attempt.id,
      image,
      apiUrl: server.graphqlUrl,
      bootstrapToken: claim.bootstrapToken ?? "",
      earlier: [],
      variant: 0,
    };
    const infrastructure = await launcher.execute(request, new MemoryLedger());
    await agentFor("unrecorded");
    const run = await until(id, isEnded);
    expect(run.stateType).toBe("Success");
    expect(run.attempts[0]?.infrastructure).toMatchObject({ id: infrastructure.id });
    expect(launchesOf(id)).toHaveLength(1);
    expect(events.map(({ kind }) => kind)).toContain("found");
  });

  it("launches what it had claimed and not launched", async () => {
    const id = await createRun(await register("claimed-only"));
    await client.claimWork({ agent: "agent of claimed-only", labels: ["claimed-only"], limit: 1 });
    await agentFor("claimed-only");
    expect((await until(id, isEnded)).stateType).toBe("Success");
    expect(launchesOf(id)).toHaveLength(1);
  });
});

describe("an agent whose server goes away", () => {
  it("watches on, and records the end when the server is back", async () => {
    await agentFor("outage");
    const id = await createRun(await register("outage"), 1_500);
    await until(id, ({ stateType }) => stateType === "Running");
    await server.close();
    await waitFor(() => events.some(({ kind }) => kind === "trouble"), { timeoutMs: 15_000 });
    server = await openServer(port);
    const run = await until(id, isEnded);
    expect(run.stateType).toBe("Success");
    expect(launchesOf(id)).toHaveLength(1);
  });
});

describe("startAgent", () => {
  it("refuses to start with a name that the server does not take", async () => {
    await expect(agentFor("x", { name: "" })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("waits for a server that is not there yet", async () => {
    const agent = await agentFor("early", { apiUrl: "http://127.0.0.1:9/graphql" });
    expect(events).toMatchObject([{ kind: "trouble", doing: "asking for work" }]);
    await agent.close();
  });
});

describe("what an agent logs", () => {
  it("holds no bootstrap token", async () => {
    const lines: string[] = [];
    await agentFor("silent", { log: (line, event) => lines.push(line, JSON.stringify(event)) });
    await until(await createRun(await register("silent")), isEnded);
    const sent = JSON.stringify(ecs.sent("RunTask").at(-1));
    const [token = ""] = /slb_[^"\\]+/.exec(sent) ?? [];
    expect(token).not.toBe("");
    expect(lines.join("\n")).not.toContain(token);
  });
});
