import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { messageOf } from "@slipway/core";
import type { Context } from "./context.ts";
import { DEFAULT_FARGATE_PORT, DEFAULT_SERVER_PORT, type FargateDriver } from "./dev-stack.ts";
import { ecsClientDefaults } from "./ecs-client-defaults.ts";
import { untilAborted } from "./interrupts.ts";
import { invalidArgument } from "./invalid-argument.ts";
import { readPrices } from "./prices-file.ts";
import { parsePort, parseUrl } from "./settings.ts";

export interface FargateLocalFlags {
  readonly port?: string;
  readonly driver?: string;
  readonly dockerHost?: string;
  readonly dataDir?: string;
  readonly script?: string;
  readonly secretsFile?: string;
}

export interface AgentStartFlags {
  readonly name?: string;
  readonly label?: readonly string[];
  readonly containerApiUrl?: string;
  readonly ecsEndpoint?: string;
  readonly prices?: string;
}

export interface ServerStartFlags {
  readonly host?: string;
  readonly port?: string;
  readonly databaseUrl?: string;
  readonly dataDir?: string;
  readonly apiKeyFile?: string;
}

/** Runs a server until Ctrl-C. */
export async function serve(context: Context, flags: ServerStartFlags): Promise<number> {
  const { settings, cwd, output } = context;
  const { startServer } = await import("@slipway/server");
  const databaseUrl = flags.databaseUrl ?? settings.databaseUrl;
  const apiKey = await serverKey(context, flags);
  const server = await startServer({
    host: flags.host ?? settings.serverHost,
    port: flags.port
      ? parsePort(flags.port, "--port")
      : (settings.serverPort ?? DEFAULT_SERVER_PORT),
    dataDir: flags.dataDir ? resolve(cwd, flags.dataDir) : join(settings.home, "server"),
    log: logTo(context),
    ...(databaseUrl && { databaseUrl }),
    ...(apiKey && { apiKey }),
  });
  output.answer(
    { kind: "ready", url: server.url, graphqlUrl: server.graphqlUrl },
    `Server ready at ${server.url} (GraphQL: ${server.graphqlUrl})`,
  );
  return untilInterrupted(context, () => server.close());
}

/** Runs an agent until Ctrl-C. */
export async function operate(context: Context, flags: AgentStartFlags): Promise<number> {
  const { settings, cwd, output } = context;
  const { startAgent } = await import("@slipway/agent");
  const { hostname } = await import("node:os");
  const name = flags.name ?? settings.agentName ?? hostname();
  const containerApiUrl = flags.containerApiUrl
    ? parseUrl(flags.containerApiUrl, "--container-api-url")
    : settings.containerApiUrl;
  const prices = await readPrices(flags.prices ? resolve(cwd, flags.prices) : settings.pricesFile);
  const agent = await startAgent({
    name,
    labels: flags.label ?? settings.agentLabels,
    apiUrl: settings.graphql,
    log: logTo(context),
    ...(settings.apiKey && { apiKey: settings.apiKey }),
    ...(containerApiUrl && { containerApiUrl }),
    ecsClientDefaults: { ...ecsClientDefaults(context, flags), ...(prices && { prices }) },
  });
  output.answer(
    { kind: "ready", name, server: settings.graphql },
    `Agent ${name} ready, working for ${settings.graphql}`,
  );
  return untilInterrupted(context, () => agent.close());
}

/** Runs local Fargate until Ctrl-C. */
export async function serveFargate(context: Context, flags: FargateLocalFlags): Promise<number> {
  const { settings, cwd, output } = context;
  const { startFargateLocal } = await import("@slipway/fargate-local");
  const dockerHost = flags.dockerHost ?? settings.dockerHost;
  const script = flags.script ? resolve(cwd, flags.script) : settings.fargateScript;
  const secretsFile = flags.secretsFile
    ? resolve(cwd, flags.secretsFile)
    : settings.fargateSecretsFile;
  const fargate = await startFargateLocal({
    port: flags.port
      ? parsePort(flags.port, "--port")
      : (settings.fargatePort ?? DEFAULT_FARGATE_PORT),
    dataDir: flags.dataDir ? resolve(cwd, flags.dataDir) : join(settings.home, "fargate-local"),
    driver: parseDriver(flags.driver ?? settings.fargateDriver),
    log: logTo(context),
    ...(dockerHost && { dockerHost }),
    ...(script && { script }),
    ...(secretsFile && { secretsFile }),
  });
  output.answer(
    { kind: "ready", url: fargate.url },
    `Local Fargate ready at ${fargate.url} (an ECS endpoint: --ecs-endpoint ${fargate.url})`,
  );
  return untilInterrupted(context, () => fargate.close());
}

const DRIVERS: readonly FargateDriver[] = ["auto", "process", "docker"];

export function parseDriver(given: string): FargateDriver {
  const known = DRIVERS.find((driver) => driver === given);
  if (known) return known;
  throw invalidArgument(`There is no driver ${given}; take one of ${DRIVERS.join(", ")}`, {
    path: "--driver",
    given,
    accepted: DRIVERS,
  });
}

/** A key in a file is not seen in the list of processes, so there is no flag for the key itself. */
async function serverKey({ settings, cwd }: Context, flags: ServerStartFlags) {
  const file = flags.apiKeyFile ? resolve(cwd, flags.apiKeyFile) : settings.serverApiKeyFile;
  return file ? readKey(file) : settings.serverApiKey;
}

async function readKey(file: string): Promise<string> {
  let key = "";
  try {
    key = (await readFile(file, "utf8")).trim();
  } catch (cause) {
    throw invalidArgument(
      `The key file ${file} cannot be read: ${messageOf(cause)}`,
      { path: "--api-key-file", given: file },
      cause,
    );
  }
  if (key) return key;
  throw invalidArgument(`The key file ${file} is empty`, {
    path: "--api-key-file",
    given: file,
  });
}

function logTo({ output }: Context): (message: string) => void {
  return (message) => output.answer({ kind: "log", message }, output.colors.dim(message));
}

async function untilInterrupted(
  { signal, output }: Context,
  close: () => Promise<void>,
): Promise<number> {
  await untilAborted(signal);
  output.line("Stopping…");
  await close();
  return 0;
}
