import { join } from "node:path";
import { createClient, type FlowRunDetail, type SlipwayClient } from "@slipway/client";
import { type RunningServer, startServer } from "@slipway/server";
import {
  type Passage,
  type RecordedRequest,
  type RecordingProxy,
  startRecordingProxy,
  waitFor,
} from "@slipway/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { AgentOptions } from "../src/index.ts";
import { type AgentProcess, buildAgent } from "./agent-process.ts";
import { containerWith, fargateEnvironment, type LocalEcs, startLocalEcs } from "./local-ecs.ts";
import { buildTestImage, STRUCTURE } from "./test-image.ts";

/** How long a restarted agent may take to know of each of its attempts what runs for it. */
const RECONCILED_MS = 15_000;

/** Every call between a claim and a recorded launch, in order; the agent dies before or after each. */
const CALLS = [
  "claimWork",
  "claimDefinition",
  "DescribeTaskDefinition",
  "RegisterTaskDefinition",
  "recordDefinition",
  "beginLaunch",
  "RunTask",
  "recordInfrastructure",
] as const;

interface Trap {
  readonly call: string;
  readonly when: "request" | "answer";
  readonly spring: () => Promise<void>;
}

let ecs: LocalEcs;
let server: RunningServer;
let client: SlipwayClient;
let startProcess: (options: AgentOptions) => AgentProcess;
let apiProxy: RecordingProxy;
let ecsProxy: RecordingProxy;
let trap: Trap | undefined;
const processes: AgentProcess[] = [];

beforeAll(async () => {
  ecs = await startLocalEcs();
  server = await startServer({
    host: "127.0.0.1",
    port: 0,
    dataDir: join(ecs.folder, "server"),
  });
  client = createClient({ url: server.graphqlUrl });
  startProcess = await buildAgent(ecs.folder);
  apiProxy = await trapping(server.url, apiCall);
  ecsProxy = await trapping(ecs.proxy.url, ecsCall);
});
afterEach(async () => {
  trap = undefined;
  await Promise.all(processes.splice(0).map((process) => process.kill()));
});
afterAll(async () => {
  await apiProxy?.close();
  await ecsProxy?.close();
  await ecs?.close();
  await server?.close();
});

/** A proxy in which the trap springs: the agent is dead before the request, or its answer, goes on. */
function trapping(target: string, callOf: (request: RecordedRequest) => string) {
  const pass =
    (when: Trap["when"]) =>
    async (request: RecordedRequest): Promise<Passage> => {
      if (trap?.when !== when || trap.call !== callOf(request)) return "pass";
      const { spring } = trap;
      trap = undefined;
      await spring();
      return "cut";
    };
  return startRecordingProxy({ target, onRequest: pass("request"), onAnswer: pass("answer") });
}

const apiCall = ({ body }: RecordedRequest) => /"operationName":"(\w+)"/.exec(body)?.[1] ?? "";
const ecsCall = ({ headers }: RecordedRequest) =>
  String(headers["x-amz-target"]).replace(/.*\./, "");

async function createRun(label: string, startsInMs: number, milliseconds = 300): Promise<string> {
  const environment = fargateEnvironment({
    family: label,
    labels: [label],
    stopGrace: "100ms",
    containerDefinitions: containerWith({ TEST_SLEEP_MS: String(startsInMs) }),
  });
  const { flowVersion } = await client.registerFlow({
    project: "default",
    structure: { ...STRUCTURE, name: label },
    image: await buildTestImage(ecs.folder, environment),
    environmentType: environment.type,
    labels: [label],
  });
  const parameters = { milliseconds };
  return (await client.createFlowRun({ flowVersionId: flowVersion.id, parameters })).id;
}

function startAgentOf(label: string): AgentProcess {
  const { region, credentials } = ecs.defaults;
  const process = startProcess({
    name: `agent of ${label}`,
    labels: [label],
    apiUrl: server.graphqlUrl.replace(server.url, apiProxy.url),
    containerApiUrl: server.graphqlUrl,
    ecsClientDefaults: { endpoint: ecsProxy.url, region, credentials },
    observeMs: { shortest: 100, longest: 500 },
  });
  processes.push(process);
  return process;
}

async function until(id: string, timeoutMs: number, condition: (run: FlowRunDetail) => boolean) {
  const what = `run ${id}: ${condition.toString()}`;
  const options = { timeoutMs, what };
  return waitFor(async () => {
    const run = await client.flowRun(id);
    return run !== null && condition(run) && run;
  }, options).catch((error: unknown) => {
    const said = processes.map((process) => process.output()).join("\n--\n");
    throw new Error(`${what}; the agents said:\n${said}`, { cause: error });
  });
}

/** The ids of all tasks of a family, running or stopped, as ECS lists them. */
async function tasksOf(family: string): Promise<string[]> {
  const list = async (desiredStatus: string): Promise<string[]> => {
    const answer = await fetch(ecs.proxy.url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListTasks",
        authorization:
          "AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20260101/eu-west-1/ecs/aws4_request, SignedHeaders=host, Signature=0",
      },
      body: JSON.stringify({ family, desiredStatus }),
    });
    return Object(await answer.json()).taskArns;
  };
  return [...(await list("RUNNING")), ...(await list("STOPPED"))];
}

/** The registrations that reached ECS. */
const registrationsOf = (family: string) =>
  ecs.sent("RegisterTaskDefinition").filter((input) => Object(input).family === family);

/** Sets the trap for an agent that is to be started; settles when the agent is dead, at this call. */
function trapAt(call: string, when: Trap["when"]): Promise<void> {
  return new Promise((resolve) => {
    const spring = async () => {
      await processes.at(-1)?.kill();
      resolve();
    };
    trap = { call, when, spring };
  });
}

describe("an agent that is killed", () => {
  const cases = CALLS.flatMap((call) => [
    { call, when: "request" as const, words: `before ${call} is sent` },
    { call, when: "answer" as const, words: `before the answer of ${call} arrives` },
  ]);

  // Where the task has not started by the time the agent is back, only the intent says that there may be one.
  const launched = [
    { call: "RunTask" as const, when: "answer" as const, words: "while its task starts" },
    { call: "recordInfrastructure" as const, when: "request" as const, words: "just after" },
  ].map((one) => ({ ...one, startsInMs: 4_000 }));

  it.each([...cases.map((one) => ({ ...one, startsInMs: 0 })), ...launched])(
    "launches one task and carries the run to its end when it is back: killed $words",
    async ({ call, when, startsInMs }) => {
      const label = `killed-${call}-${when}-${startsInMs}`;
      const id = await createRun(label, startsInMs);
      const killed = trapAt(call, when);
      startAgentOf(label);
      await killed;
      const backAt = performance.now();
      startAgentOf(label);
      await until(id, RECONCILED_MS, ({ attempts }) => attempts[0]?.infrastructure != null);
      expect(performance.now() - backAt).toBeLessThan(RECONCILED_MS);
      const run = await until(id, 20_000, ({ attempts }) => attempts[0]?.endedAt != null);
      expect(run.stateType).toBe("Success");
      expect(run.attempts).toHaveLength(1);
      expect(await tasksOf(label)).toHaveLength(1);
      expect(registrationsOf(label)).toHaveLength(1);
    },
    60_000,
  );

  it.each([
    { when: "request" as const, words: "before StopTask is sent" },
    { when: "answer" as const, words: "before the answer of StopTask arrives" },
  ])(
    "has a cancelled run's task stopped when it is back: killed $words",
    async ({ when }) => {
      const label = `killed-StopTask-${when}`;
      const id = await createRun(label, 0, 60_000);
      const killed = trapAt("StopTask", when);
      startAgentOf(label);
      await until(id, 20_000, ({ stateType }) => stateType === "Running");
      await client.cancelFlowRun(id);
      await killed;
      expect((await client.flowRun(id))?.stateType).toBe("Cancelling");
      startAgentOf(label);
      const run = await until(id, RECONCILED_MS, ({ attempts }) => attempts[0]?.endedAt != null);
      expect(run.stateType).toBe("Cancelled");
      expect(run.attempts).toMatchObject([{ diagnosis: { cause: "Cancelled" } }]);
      expect(await tasksOf(label)).toHaveLength(1);
    },
    60_000,
  );
});
