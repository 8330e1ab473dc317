import { join } from "node:path";
import { createClient, type FlowRunDetail, type SlipwayClient } from "@slipway/client";
import type { FargateTaskEnvironmentOptions } from "@slipway/environments";
import { startServer } from "@slipway/server";
import { waitFor } from "@slipway/testing";
import { type Agent, type AgentEvent, type AgentOptions, startAgent } from "../src/index.ts";
import {
  fargateEnvironment,
  type LocalEcs,
  type LocalEcsOptions,
  startLocalEcs,
} from "./local-ecs.ts";
import { buildTestImage, STRUCTURE } from "./test-image.ts";

/** A server and local Fargate, both real, and what a test does with them. */
export interface Stack {
  readonly ecs: LocalEcs;
  readonly client: SlipwayClient;
  readonly graphqlUrl: string;
  /** What the agents did since the last `closeAgents`. */
  readonly events: AgentEvent[];
  /** An agent that takes runs of one test only, by their label. */
  agentFor(label: string, more?: Partial<AgentOptions>): Promise<Agent>;
  /** Registers a flow version whose runs only `agentFor(label)` takes; answers its id. */
  register(label: string, options?: FargateTaskEnvironmentOptions, image?: string): Promise<string>;
  createRun(flowVersionId: string, milliseconds?: number): Promise<string>;
  read(id: string): Promise<FlowRunDetail>;
  until(id: string, condition: (run: FlowRunDetail) => boolean): Promise<FlowRunDetail>;
  /** The inputs of RunTask that name the run. */
  launchesOf(id: string): unknown[];
  stopServer(): Promise<void>;
  /** At the address that it had. */
  startServerAgain(): Promise<void>;
  closeAgents(): Promise<void>;
  close(): Promise<void>;
}

export async function startStack(options: LocalEcsOptions = {}): Promise<Stack> {
  const ecs = await startLocalEcs(options);
  const openServer = (port: number) =>
    startServer({ host: "127.0.0.1", port, dataDir: join(ecs.folder, "server") });
  let server = await openServer(0);
  const { graphqlUrl } = server;
  const client = createClient({ url: graphqlUrl });
  const { read, until } = reading(client);
  const agents: Agent[] = [];
  const events: AgentEvent[] = [];
  const closeAgents = async () => {
    await Promise.all(agents.splice(0).map((agent) => agent.close()));
    events.length = 0;
  };
  return {
    ecs,
    client,
    graphqlUrl,
    events,
    read,
    until,
    closeAgents,
    async agentFor(label, more = {}) {
      const agent = await startAgent({
        name: `agent of ${label}`,
        labels: [label],
        apiUrl: graphqlUrl,
        ecsClientDefaults: ecs.defaults,
        observeMs: { shortest: 100, longest: 500 },
        log: (_, event) => events.push(event),
        ...more,
      });
      agents.push(agent);
      return agent;
    },
    register: (label, more = {}, image) => register({ ecs, client, label, more, image }),
    createRun: async (flowVersionId, milliseconds = 0) =>
      (await client.createFlowRun({ flowVersionId, parameters: { milliseconds } })).id,
    launchesOf: (id) => ecs.sent("RunTask").filter((input) => JSON.stringify(input).includes(id)),
    stopServer: () => server.close(),
    async startServerAgain() {
      server = await openServer(Number(new URL(graphqlUrl).port));
    },
    async close() {
      await closeAgents();
      await ecs.close();
      await server.close();
    },
  };
}

function reading(client: SlipwayClient) {
  const read = async (id: string): Promise<FlowRunDetail> => {
    const run = await client.flowRun(id);
    if (run === null) throw new Error(`There is no run ${id}`);
    return run;
  };
  const until = (id: string, condition: (run: FlowRunDetail) => boolean) =>
    waitFor(
      async () => {
        const run = await read(id);
        return condition(run) && run;
      },
      { timeoutMs: 25_000, what: `run ${id}: ${condition.toString()}` },
    );
  return { read, until };
}

interface Registration {
  readonly ecs: LocalEcs;
  readonly client: SlipwayClient;
  readonly label: string;
  readonly more: FargateTaskEnvironmentOptions;
  readonly image: string | undefined;
}

async function register({ ecs, client, label, more, image }: Registration): Promise<string> {
  const environment = fargateEnvironment({ family: label, labels: [label], ...more });
  const { flowVersion } = await client.registerFlow({
    project: "default",
    structure: { ...STRUCTURE, name: label },
    image: image ?? (await buildTestImage(ecs.folder, environment)),
    environmentType: environment.type,
    labels: [label],
  });
  return flowVersion.id;
}

/** The run's first attempt has ended. */
/** A run and its attempts are read one after the other, so the run may still be what it was a moment before. */
export const isEnded = ({ attempts, stateType }: FlowRunDetail) =>
  attempts[0]?.endedAt != null &&
  (attempts.length > 1 || !["Submitted", "Running", "Cancelling"].includes(stateType));
