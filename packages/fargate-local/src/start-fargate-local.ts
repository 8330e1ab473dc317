import { mkdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join, resolve } from "node:path";
import { messageOf, SlipwayError } from "@slipway/core";
import { isLoopbackHost } from "./api/request-guard.ts";
import { handleRequest } from "./api/request-handler.ts";
import { chooseDriver, type DriverOption } from "./drivers/choose-driver.ts";
import { DockerClient, dockerSocket } from "./drivers/docker/docker-client.ts";
import { createDockerDriver, type KnownToTasks } from "./drivers/docker/docker-driver.ts";
import { imageReader } from "./drivers/process/image-reader.ts";
import { createProcessDriver } from "./drivers/process/process-driver.ts";
import { type FailureScriptInput, parseFailureScript } from "./failures/failure-script.ts";
import { Failures } from "./failures/failures.ts";
import { readFailureScript } from "./failures/read-script.ts";
import { LogStore } from "./logs/log-store.ts";
import { metadataPath } from "./metadata/metadata-endpoint.ts";
import { NO_SECRETS, openSecretsFile, type SecretSource } from "./secrets/secrets-file.ts";
import { lockDirectory } from "./store/lock.ts";
import { flushStore, openStore, type Store } from "./store/store.ts";
import type { Log } from "./tasks/task-context.ts";
import { TaskService } from "./tasks/task-service.ts";

const DEFAULT_HOST = "127.0.0.1";
const HOST_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface FargateLocalOptions {
  /** A loopback address; by default 127.0.0.1. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where definitions, tasks, unpacked images and logs are kept. For one server at a time. */
  readonly dataDir: string;
  readonly driver: DriverOption;
  /** `unix://<socket>`; by default /var/run/docker.sock. */
  readonly dockerHost?: string;
  /** Where the process driver looks up programs that an image does not hold. */
  readonly hostPath?: string;
  /** What goes wrong: a script as an object, or the path of a YAML file. Nothing does without one. */
  readonly script?: string | FailureScriptInput;
  /** A file of what containers name under `secrets`: an object of names (or ARNs) and values, in YAML or JSON. */
  readonly secretsFile?: string;
  /**
   * Whether a log group that an `awslogs` driver names is made where it is missing. Without it a task whose
   * definition does not say `awslogs-create-group` stops, as on AWS. By default it is made.
   */
  readonly createLogGroups?: boolean;
  readonly log?: Log;
}

export interface FargateLocal {
  readonly url: string;
  /** Stops all tasks (SIGTERM, and SIGKILL after ten seconds at most), and then the server. */
  close(): Promise<void>;
}

/**
 * Serves the ECS API on loopback and runs Fargate's task definitions for real.
 * Throws `INVALID_ARGUMENT`, `ADDRESS_IN_USE` and `STATE_CONFLICT` (the data folder is in use).
 */
export async function startFargateLocal(options: FargateLocalOptions): Promise<FargateLocal> {
  const { host = DEFAULT_HOST, log = () => {} } = options;
  assertLoopback(host);
  const socket = dockerSocket(options.dockerHost);
  const dataDir = resolve(options.dataDir);
  const failures = await openScript(options.script);
  const secrets = await openSecrets(options.secretsFile, log);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockDirectory(dataDir);
  try {
    const store = await openStore(dataDir);
    const server = createServer();
    const url = await listen(server, host, options.port);
    const docker = new DockerClient(socket);
    const engine = createDockerDriver(docker, { dataDir });
    const { hostPath = HOST_PATH } = options;
    const now = () => Date.now() / 1000;
    const tasks = new TaskService({
      store,
      logs: LogStore.open(join(dataDir, "logs")),
      createsLogGroups: options.createLogGroups ?? true,
      secrets,
      dataDir,
      drivers: {
        process: createProcessDriver({ dataDir, reader: imageReader, hostPath }),
        docker: engine,
      },
      choose: (images) => chooseDriver(options.driver, images, () => docker.isAnswering()),
      ...(failures === undefined ? {} : { failures }),
      metadataUri: (taskId, index) => `${url}${metadataPath(taskId, index)}`,
      log,
      now,
    });
    const handling = { store, tasks, now, log, ...(failures === undefined ? {} : { failures }) };
    server.on("request", (request, response) => {
      handleRequest(request, response, handling).catch((error: unknown) => {
        log(`a request failed: ${messageOf(error)}`);
        response.destroy();
      });
    });
    tasks.resumeAll();
    void removeStrays(options.driver, docker, engine.removeStrays, store, log);
    return { url, close: () => close(server, tasks, store, unlock) };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function close(
  server: Server,
  tasks: TaskService,
  store: Store,
  unlock: () => void,
): Promise<void> {
  // Tasks first: while they end they may still ask for their metadata.
  await tasks.close();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  await flushStore(store);
  unlock();
}

async function openScript(script: FargateLocalOptions["script"]): Promise<Failures | undefined> {
  if (script === undefined) return undefined;
  const parsed =
    typeof script === "string" ? await readFailureScript(script) : parseFailureScript(script);
  return new Failures(parsed);
}

async function openSecrets(path: string | undefined, log: Log): Promise<SecretSource> {
  return path === undefined ? NO_SECRETS : openSecretsFile(resolve(path), log);
}

/** Containers and volumes of an earlier, killed server that it had no time to write down. */
async function removeStrays(
  option: DriverOption,
  docker: DockerClient,
  remove: (known: KnownToTasks) => Promise<void>,
  store: Store,
  log: Log,
): Promise<void> {
  // A stopped task has no use for a container that could not be removed at its end.
  const earlier = store.tasks.values();
  const live = earlier.filter(({ task }) => task.lastStatus !== "STOPPED");
  const handles = live.flatMap(({ handles }) => Object.values(handles));
  const containers = new Set(handles.flatMap(({ id }) => (typeof id === "string" ? [id] : [])));
  const earlierIds = new Set(earlier.map(({ id }) => id));
  const known: KnownToTasks = {
    containers,
    tasks: new Set(live.map(({ id }) => id)),
    isNew: (id) => store.tasks.get(id) !== undefined && !earlierIds.has(id),
  };
  if (option === "process" || !(await docker.isAnswering())) return;
  await remove(known).catch((error: unknown) => {
    log(`containers that were left behind can't be removed: ${messageOf(error)}`);
  });
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EADDRINUSE") return reject(cause);
      const message = `Port ${port} of ${host} is in use; end what uses it or choose another port`;
      return reject(new SlipwayError("ADDRESS_IN_USE", message, { host, port }, { cause }));
    });
    server.listen(port, host, () => {
      const address = server.address();
      const actual = typeof address === "object" ? address?.port : undefined;
      resolve(`http://${host.includes(":") ? `[${host}]` : host}:${actual ?? port}`);
    });
  });
}

function assertLoopback(host: string): void {
  if (isLoopbackHost(host)) return;
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    `Local Fargate runs commands, so it listens on loopback alone, not on ${host}; give 127.0.0.1`,
    { path: "host", given: host, accepted: ["127.0.0.1", "localhost", "::1"] },
  );
}
