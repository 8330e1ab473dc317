import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createLauncher } from "@slipway/environments/launch";
import { readEnvironment } from "@slipway/storage/read";
import { memoryLedger, waitFor } from "@slipway/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { containerWith, startLocalEcs } from "./local-ecs.ts";
import { isEnded, type Stack, startStack } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterEach(() => stack.closeAgents());
afterAll(() => stack.close());

/** Passes every request on to ECS, and every answer back but RunTask's. */
async function passOnDeaf(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = {
    authorization: String(request.headers.authorization),
    "content-type": String(request.headers["content-type"]),
    "x-amz-target": String(request.headers["x-amz-target"]),
  };
  const body = await text(request);
  const answer = await fetch(stack.ecs.proxy.url, { method: "POST", headers, body });
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
describe("an agent", () => {
  it("launches a run at once, watches it to its end and records what it launched", async () => {
    await stack.agentFor("plain", { pollMs: 60_000 });
    const id = await stack.createRun(await stack.register("plain"));
    const run = await stack.until(id, isEnded);
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
    const kinds = stack.events.filter((event) => event.kind !== "trouble").map(({ kind }) => kind);
    expect(kinds).toEqual(["claimed", "launched", "ended"]);
  });

  it("registers one definition for many runs of a version", async () => {
    await stack.agentFor("many");
    const version = await stack.register("many");
    const ids = await Promise.all(Array.from({ length: 6 }, () => stack.createRun(version)));
    for (const id of ids) expect((await stack.until(id, isEnded)).stateType).toBe("Success");
    const registrations = stack.ecs
      .sent("RegisterTaskDefinition")
      .filter((input) => Object(input).family === "many");
    expect(registrations).toHaveLength(1);
  });

  it("ends a run whose process died as Failed, with the cause", async () => {
    await stack.agentFor("dies");
    const version = await stack.register("dies", {
      containerDefinitions: containerWith({ TEST_EXIT_CODE: "3" }),
    });
    const run = await stack.until(await stack.createRun(version), isEnded);
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
      await stack.agentFor(label);
      const run = await stack.until(
        await stack.createRun(await stack.register(label, options)),
        isEnded,
      );
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
    await stack.agentFor("unanswered");
    const version = await stack.register("unanswered", { endpoint: endpoint.url });
    const run = await stack.until(await stack.createRun(version, 1_000), isEnded);
    expect(run.stateType).toBe("Success");
    expect(run.attempts).toHaveLength(1);
    expect(stack.launchesOf(run.id)).toHaveLength(1);
  });

  it("ends a run of which the platform says more than the server takes", async () => {
    const __type = "com.amazonaws.ecs#ClientException";
    const verbose = createServer((_, response) => {
      response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ __type, message: "no ".repeat(50_000) }));
    });
    await using endpoint = await listening(verbose);
    await stack.agentFor("verbose");
    const version = await stack.register("verbose", { endpoint: endpoint.url });
    const run = await stack.until(await stack.createRun(version), isEnded);
    expect(run.state).toMatchObject({ type: "Failed", cause: "Refused" });
  });

  it("ends a run whose image is gone as Failed", async () => {
    await stack.agentFor("no-image");
    const image = `oci://${join(stack.ecs.folder, "images", "absent")}@sha256:${"0".repeat(64)}`;
    const run = await stack.until(
      await stack.createRun(await stack.register("no-image", {}, image)),
      isEnded,
    );
    expect(run.state).toMatchObject({ type: "Failed", cause: "IMAGE_NOT_FOUND" });
  });

  it("is not stopped by a run that fails", async () => {
    await stack.agentFor("mixed");
    const bad = await stack.createRun(
      await stack.register("mixed", {}, `oci:///absent@sha256:${"1".repeat(64)}`),
    );
    const good = await stack.createRun(await stack.register("mixed"));
    expect((await stack.until(bad, isEnded)).stateType).toBe("Failed");
    expect((await stack.until(good, isEnded)).stateType).toBe("Success");
  });
});

describe("two agents that have one name, as on one machine by default", () => {
  it("leave each other's runs alone where their labels tell them apart", async () => {
    const other = await startLocalEcs();
    try {
      await stack.agentFor("here", { name: "machine", pollMs: 100 });
      const there = { name: "machine", pollMs: 100, ecsClientDefaults: other.defaults };
      await stack.agentFor("there", there);
      const id = await stack.createRun(await stack.register("here"), 1_000);
      expect((await stack.until(id, isEnded)).stateType).toBe("Success");
      expect(other.sent("RunTask")).toEqual([]);
    } finally {
      await stack.closeAgents();
      await other.close();
    }
  });
});

describe("an agent that starts again", () => {
  it("watches what it had launched, and launches nothing twice", async () => {
    const first = await stack.agentFor("restart");
    const id = await stack.createRun(await stack.register("restart"), 2_000);
    await stack.until(id, ({ stateType }) => stateType === "Running");
    await first.close();
    await stack.agentFor("restart");
    const run = await stack.until(id, isEnded);
    expect(run.stateType).toBe("Success");
    expect(run.attempts).toHaveLength(1);
    expect(stack.launchesOf(id)).toHaveLength(1);
  });

  it("finds a task whose launch was never recorded, since the agent died at that moment", async () => {
    const version = await stack.register("unrecorded");
    const id = await stack.createRun(version, 1_000);
    const [claim] = (
      await stack.client.claimWork({
        agent: "agent of unrecorded",
        labels: ["unrecorded"],
        limit: 1,
      })
    ).claimed;
    if (claim === undefined) throw new Error("Nothing was claimed");
    const { image } = claim.flowRun.flowVersion;
    const launcher = await createLauncher(await readEnvironment(image), stack.ecs.defaults);
    const rate = { scope: "test", operation: "RunTask", burst: 1, perSecond: 1 };
    const intent = { agent: "agent of unrecorded", attemptId: claim.attempt.id, variant: 0, rate };
    await stack.client.beginLaunch(intent);
    const request = {
      flowName: "unrecorded",
      flowRunId: id,
      attempt: 1,
      attemptId: claim.attempt.id,
      installationId: "tests",
      image,
      apiUrl: stack.graphqlUrl,
      bootstrapToken: claim.bootstrapToken ?? "",
      earlier: [],
      variant: 0,
    };
    const infrastructure = await launcher.execute(request, memoryLedger());
    await stack.agentFor("unrecorded");
    const run = await stack.until(id, isEnded);
    expect(run.stateType).toBe("Success");
    expect(run.attempts[0]?.infrastructure).toMatchObject({ id: infrastructure.id });
    expect(stack.launchesOf(id)).toHaveLength(1);
    expect(stack.events.map(({ kind }) => kind)).toContain("found");
  });

  it("launches what it had claimed and not launched", async () => {
    const id = await stack.createRun(await stack.register("claimed-only"));
    await stack.client.claimWork({
      agent: "agent of claimed-only",
      labels: ["claimed-only"],
      limit: 1,
    });
    await stack.agentFor("claimed-only");
    expect((await stack.until(id, isEnded)).stateType).toBe("Success");
    expect(stack.launchesOf(id)).toHaveLength(1);
  });
});

describe("an agent whose server goes away", () => {
  it("watches on, and records the end when the server is back", async () => {
    await stack.agentFor("outage");
    const id = await stack.createRun(await stack.register("outage"), 1_500);
    await stack.until(id, ({ stateType }) => stateType === "Running");
    await stack.stopServer();
    await waitFor(() => stack.events.some(({ kind }) => kind === "trouble"), { timeoutMs: 15_000 });
    await stack.startServerAgain();
    const run = await stack.until(id, isEnded);
    expect(run.stateType).toBe("Success");
    expect(stack.launchesOf(id)).toHaveLength(1);
  });
});

describe("startAgent", () => {
  it("refuses to start with a name that the server does not take", async () => {
    await expect(stack.agentFor("x", { name: "" })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });

  it("waits for a server that is not there yet", async () => {
    const agent = await stack.agentFor("early", { apiUrl: "http://127.0.0.1:9/graphql" });
    expect(stack.events).toMatchObject([{ kind: "trouble", doing: "asking for work" }]);
    await agent.close();
  });
});

describe("what an agent logs", () => {
  it("holds no bootstrap token", async () => {
    const lines: string[] = [];
    await stack.agentFor("silent", {
      log: (line, event) => lines.push(line, JSON.stringify(event)),
    });
    await stack.until(await stack.createRun(await stack.register("silent")), isEnded);
    const sent = JSON.stringify(stack.ecs.sent("RunTask").at(-1));
    const [token = ""] = /slb_[^"\\]+/.exec(sent) ?? [];
    expect(token).not.toBe("");
    expect(lines.join("\n")).not.toContain(token);
  });
});
