import { hostname } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

export const DEFAULT_SERVER_PORT = 4200;
export const DEFAULT_FARGATE_PORT = 4210;

export type FargateDriver = "auto" | "process" | "docker";

export interface DevStackOptions {
  readonly home: string;
  /** Taken as given; without one, the default port or, where that is taken, a free one. */
  readonly port?: number | undefined;
  readonly fargatePort?: number | undefined;
  readonly driver: FargateDriver;
  readonly dockerHost?: string | undefined;
  readonly script?: string | undefined;
  readonly secretsFile?: string | undefined;
  readonly databaseUrl?: string | undefined;
  readonly labels: readonly string[];
  /** Hears what goes on inside. */
  readonly log: (message: string) => void;
  /** Hears what a user should know. */
  readonly remark: (message: string) => void;
}

export interface DevStack {
  readonly serverUrl: string;
  readonly graphqlUrl: string;
  readonly fargateUrl: string;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";

/** Local Fargate asks for no account, so nobody's real credentials are sent to it. */
export const LOCAL_ECS = {
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
} as const;

/** Starts server, local Fargate and agent in this process; closes what had started when one of them fails. */
export async function startDevStack(options: DevStackOptions): Promise<DevStack> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await startParts(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startParts(options: DevStackOptions, closers: (() => Promise<void>)[]) {
  const server = await startServerPart(options);
  closers.push(() => server.close());
  const fargate = await startFargatePart(options);
  closers.push(() => fargate.close());
  const { startAgent } = await import("@slipway/agent");
  const agent = await startAgent({
    name: `dev@${hostname()}`,
    labels: options.labels,
    apiUrl: server.graphqlUrl,
    ecsClientDefaults: { endpoint: fargate.url, ...LOCAL_ECS },
    log: options.log,
  });
  closers.push(() => agent.close());
  return { serverUrl: server.url, graphqlUrl: server.graphqlUrl, fargateUrl: fargate.url };
}

async function startServerPart({ home, port, databaseUrl, log, remark }: DevStackOptions) {
  const { startServer } = await import("@slipway/server");
  return startServer({
    host: HOST,
    port: port ?? (await defaultPort(DEFAULT_SERVER_PORT, remark)),
    dataDir: join(home, "server"),
    log,
    ...(databaseUrl !== undefined && { databaseUrl }),
  });
}

async function startFargatePart(options: DevStackOptions) {
  const { home, fargatePort, driver, dockerHost, script, secretsFile, log, remark } = options;
  const { startFargateLocal } = await import("@slipway/fargate-local");
  return startFargateLocal({
    host: HOST,
    port: fargatePort ?? (await defaultPort(DEFAULT_FARGATE_PORT, remark)),
    dataDir: join(home, "fargate-local"),
    driver,
    log,
    ...(dockerHost !== undefined && { dockerHost }),
    ...(script !== undefined && { script }),
    ...(secretsFile !== undefined && { secretsFile }),
  });
}

async function defaultPort(wanted: number, remark: (message: string) => void): Promise<number> {
  const port = await freePort(wanted, HOST);
  if (port !== wanted) remark(`Port ${wanted} is taken, so a free one is used`);
  return port;
}
