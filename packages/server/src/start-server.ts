import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isPlainObject, SlipwayError } from "@slipway/core";
import type { Address } from "./db/connection.ts";
import { Database } from "./db/database.ts";
import { readInstallation } from "./db/installation.ts";
import { migrate } from "./db/migrate.ts";
import { listen } from "./db/notifications.ts";
import { isLoopback } from "./http/check-origin.ts";
import { startHttpServer } from "./http/http-server.ts";
import { uuidv7 } from "./ids.ts";
import { Changes } from "./services/changes.ts";
import { createProject, DEFAULT_PROJECT } from "./services/projects.ts";

export interface ServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** A PostgreSQL server; without one, an embedded server is run in the data folder. */
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
  /** Demanded of operators and agents. Only a server on a loopback address may go without. */
  readonly apiKey?: string | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

export interface RunningServer {
  readonly url: string;
  readonly graphqlUrl: string;
  close(): Promise<void>;
}

/** What has been started so far, to be ended in the opposite order. */
class Closers {
  readonly #closers: (() => Promise<void> | void)[] = [];

  add(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}

/**
 * Starts the server: its database, then its API. Throws `INVALID_ARGUMENT`, `ADDRESS_IN_USE`,
 * `DATABASE_UNAVAILABLE` or `DATABASE_UNSUPPORTED`, and then leaves nothing running.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  assertGuarded(options);
  const closers = new Closers();
  try {
    const port = await start(options, closers);
    const host = options.host.includes(":") ? `[${options.host}]` : options.host;
    const url = `http://${host}:${port}`;
    return { url, graphqlUrl: `${url}/graphql`, close: () => closers.closeAll() };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function start(options: ServerOptions, closers: Closers): Promise<number> {
  const { log = () => undefined } = options;
  let closing = false;
  const onLost = (error: Error) => {
    if (!closing) log(`warning: a database connection was lost: ${error.message}`);
  };
  const address = await findDatabase(options, closers);
  await migrate(address);
  const database = new Database(address, onLost);
  closers.add(() => database.close());
  const draft = { id: uuidv7(), secret: randomBytes(32) };
  const installation = await readInstallation(database.read, draft);
  await createProject(database.read, DEFAULT_PROJECT);
  const changes = new Changes();
  const listener = await listen(address, {
    onWork: () => changes.onWork(),
    onRun: (id) => changes.onRun(id),
    onLost,
  });
  closers.add(() => listener.close());
  const context = { database, changes, installation, version: await readVersion() };
  const http = await startHttpServer({ ...options, apiKey: options.apiKey }, context, log);
  closers.add(() => http.close());
  closers.add(() => changes.close());
  closers.add(() => {
    // The embedded database may end a connection before the pool has said goodbye.
    closing = true;
  });
  return http.port;
}

async function findDatabase(options: ServerOptions, closers: Closers): Promise<Address> {
  if (options.databaseUrl) return { connectionString: options.databaseUrl };
  const { startEmbeddedPostgres } = await import("./postgres/embedded-postgres.ts");
  const embedded = await startEmbeddedPostgres(options.dataDir);
  closers.add(() => embedded.close());
  return embedded.address;
}

function assertGuarded({ host, apiKey }: ServerOptions): void {
  if (apiKey === "") {
    const message = "The API key is empty; give a long random text with SLIPWAY__SERVER__API_KEY";
    throw new SlipwayError("INVALID_ARGUMENT", message, { path: "apiKey" });
  }
  if (apiKey !== undefined || isLoopback(host)) return;
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    `A server on ${host} is open to others and needs an API key: give one with SLIPWAY__SERVER__API_KEY, or listen on 127.0.0.1`,
    { path: "host", given: host, accepted: "a loopback address, or any with an API key" },
  );
}

async function readVersion(): Promise<string> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  const manifest: unknown = JSON.parse(text);
  return isPlainObject(manifest) ? String(manifest["version"]) : "";
}
