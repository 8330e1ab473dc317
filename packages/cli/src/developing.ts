import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SlipwayClient } from "@slipway/client";
import type { Context } from "./context.ts";
import { type DevStack, startDevStack } from "./dev-stack.ts";
import { INTERRUPTED, untilAborted } from "./interrupts.ts";
import { DEFAULT_PROJECT, type Registered, registerFlowFile } from "./registering.ts";
import { watchRun } from "./remote-run.ts";
import { parseDriver } from "./serving.ts";
import { parsePort } from "./settings.ts";

export interface DevFlags {
  readonly port?: string;
  readonly fargatePort?: string;
  readonly driver?: string;
  readonly script?: string;
  readonly secretsFile?: string;
  readonly label?: readonly string[];
  readonly run?: true;
  readonly once?: true;
}

/** Runs the whole of Slipway in this process until Ctrl-C, or with `--once` until its runs have ended. */
export async function develop(
  outer: Context,
  files: readonly string[],
  flags: DevFlags,
): Promise<number> {
  const { output, signal } = outer;
  const chatter = new Chatter(outer);
  output.line("Starting server, local Fargate and agent…");
  const stack = await startDevStack(stackOptions(outer, flags, chatter));
  try {
    announce(outer, stack);
    const context = connectedTo(outer, stack);
    const flows = await registerAll(context, files);
    const failed = flags.run ? await chatter.hush(() => runAll(context, flows)) : 0;
    if (signal.aborted) return flags.once ? INTERRUPTED : 0;
    if (flags.once) return failed > 0 ? 1 : 0;
    output.answer(
      { kind: "ready", ...addressesOf(stack) },
      `Ready: the server is at ${stack.serverUrl}. Ctrl-C ends all.`,
    );
    await untilAborted(signal);
    return 0;
  } finally {
    output.line("Stopping…");
    await stack.close();
  }
}

/** What the parts log; held back while a run is shown, so that the two do not mix. */
class Chatter {
  readonly #context: Context;
  #hushed = false;

  constructor(context: Context) {
    this.#context = context;
  }

  log(message: string): void {
    const { output } = this.#context;
    if (!this.#hushed) output.answer({ kind: "log", message }, output.colors.dim(`  ${message}`));
  }

  remark(message: string): void {
    this.#context.output.remark(message);
  }

  async hush<T>(work: () => Promise<T>): Promise<T> {
    this.#hushed = true;
    return work().finally(() => {
      this.#hushed = false;
    });
  }
}

function stackOptions({ settings, cwd }: Context, flags: DevFlags, chatter: Chatter) {
  return {
    home: settings.home,
    port: flags.port ? parsePort(flags.port, "--port") : settings.serverPort,
    fargatePort: flags.fargatePort
      ? parsePort(flags.fargatePort, "--fargate-port")
      : settings.fargatePort,
    driver: parseDriver(flags.driver ?? settings.fargateDriver),
    dockerHost: settings.dockerHost,
    script: flags.script ? resolve(cwd, flags.script) : settings.fargateScript,
    secretsFile: flags.secretsFile ? resolve(cwd, flags.secretsFile) : settings.fargateSecretsFile,
    databaseUrl: settings.databaseUrl,
    labels: flags.label ?? settings.agentLabels,
    log: (message: string) => chatter.log(message),
    remark: (message: string) => chatter.remark(message),
  };
}

function announce({ output }: Context, stack: DevStack): void {
  output.line(`  server         ${stack.serverUrl}  (GraphQL: ${stack.graphqlUrl})`);
  output.line(`  local Fargate  ${stack.fargateUrl}  (an ECS endpoint)`);
}

function addressesOf({ serverUrl, graphqlUrl, fargateUrl }: DevStack) {
  return { serverUrl, graphqlUrl, fargateUrl };
}

/** The same context, talking to the server that has just been started. */
function connectedTo(context: Context, { graphqlUrl }: DevStack): Context {
  return {
    ...context,
    settings: { ...context.settings, graphql: graphqlUrl },
    async connect() {
      const { createClient } = await import("@slipway/client");
      return createClient({ url: graphqlUrl, signal: context.signal });
    },
  };
}

async function registerAll(
  context: Context,
  files: readonly string[],
): Promise<readonly Registered[]> {
  const { output } = context;
  const flows: Registered[] = [];
  for (const file of files) {
    const request = { file, project: DEFAULT_PROJECT, createProject: false };
    const registered = await registerFlowFile(context, request, (step) =>
      output.line(`${output.colors.green("✔")} ${step}`),
    );
    output.answer(
      registered,
      `${output.colors.green("✔")} registered ${registered.flow}, version ${registered.version}`,
    );
    flows.push(registered);
  }
  return flows;
}

/** Runs one after the other; answers how many did not succeed. */
async function runAll(context: Context, flows: readonly Registered[]): Promise<number> {
  const client = await context.connect();
  let failed = 0;
  for (const { flowVersionId } of flows) {
    if (context.signal.aborted) return failed;
    const { id } = await client.createFlowRun({ flowVersionId, idempotencyKey: randomUUID() });
    if ((await watchRun(context, client, id)) !== 0) failed += 1;
    await untilTaskStopped(client, id, context.signal);
  }
  return failed;
}

const STOP_MS = 10_000;

/** A run is known to have succeeded a moment before its task has stopped; what is closed then would cut the task off. */
async function untilTaskStopped(client: SlipwayClient, id: string, signal: AbortSignal) {
  const giveUpAt = Date.now() + STOP_MS;
  while (!signal.aborted && Date.now() < giveUpAt) {
    const run = await client.flowRun(id);
    if (!run || run.attempts.every(({ endedAt }) => endedAt !== null)) return;
    await sleep(100);
  }
}
