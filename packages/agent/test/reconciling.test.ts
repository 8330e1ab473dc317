import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "./stack.ts";

const TASKS = 1_000;
const MOST_CLAIMS = 100;
const RECONCILED_MS = 15_000;

let stack: Stack;
let ecs: FakeEcs;
beforeAll(async () => {
  stack = await startStack();
  ecs = await startEcs();
});
afterAll(async () => {
  await stack?.close();
  ecs?.close();
});

interface FakeEcs {
  readonly url: string;
  /** Which tasks were looked at. */
  readonly looked: Set<string>;
  /** How many calls there were. */
  readonly calls: Map<string, number>;
  stopAll(): void;
  close(): void;
}

/** An ECS with any number of tasks, which all run until they all stop: a thousand real ones are too many for a test. */
async function startEcs(): Promise<FakeEcs> {
  const looked = new Set<string>();
  const calls = new Map<string, number>();
  let stopped = false;
  const server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      const operation = String(request.headers["x-amz-target"]).replace(/.*\./, "");
      calls.set(operation, (calls.get(operation) ?? 0) + 1);
      const ids: string[] = JSON.parse(body).tasks ?? [];
      for (const id of ids) looked.add(id);
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ tasks: ids.map((id) => taskOf(id, stopped)) }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    looked,
    calls,
    stopAll: () => {
      stopped = true;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const taskOf = (id: string, stopped: boolean) => ({
  taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/default/${id}`,
  lastStatus: stopped ? "STOPPED" : "RUNNING",
  desiredStatus: stopped ? "STOPPED" : "RUNNING",
  containers: [{ name: "main", lastStatus: stopped ? "STOPPED" : "RUNNING", exitCode: 0 }],
  ...(stopped && {
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
  }),
});

/** Runs that were launched by an agent of this name, which is gone. */
async function leaveBehind(agent: string, labels: readonly string[]): Promise<void> {
  const version = await stack.register("reconciled");
  for (let left = TASKS; left > 0; left -= MOST_CLAIMS) {
    await Promise.all(Array.from({ length: MOST_CLAIMS }, () => stack.createRun(version)));
    const { claimed } = await stack.client.claimWork({ agent, labels, limit: MOST_CLAIMS });
    const recorded = claimed.map(({ attempt }, index) =>
      stack.client.recordInfrastructure(agent, attempt.id, {
        kind: "EcsTask",
        id: (left * MOST_CLAIMS + index).toString(16).padStart(32, "0"),
        details: { revision: 1 },
      }),
    );
    await Promise.all(recorded);
  }
}

describe("an agent that starts again with a thousand live tasks", () => {
  it("has looked at each within 15 s, a hundred in a call, and sees them end", async () => {
    await leaveBehind("back", ["reconciled"]);
    const backAt = performance.now();
    await stack.agentFor("reconciled", {
      name: "back",
      ecsClientDefaults: { ...stack.ecs.defaults, endpoint: ecs.url },
      observeMs: { shortest: 500, longest: 5_000 },
    });
    await waitFor(() => ecs.looked.size === TASKS, { timeoutMs: RECONCILED_MS });
    expect(performance.now() - backAt).toBeLessThan(RECONCILED_MS);
    expect(ecs.calls.get("DescribeTasks")).toBeLessThan(TASKS / 4);
    expect([...ecs.calls.keys()]).toEqual(["DescribeTasks"]);
    ecs.stopAll();
    const ended = () => stack.events.filter(({ kind }) => kind === "ended").length === TASKS;
    await waitFor(ended, { timeoutMs: 60_000 });
  }, 180_000);
});
