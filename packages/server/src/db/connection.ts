import { messageOf, SlipwayError } from "@slipway/core";
import pg from "pg";

/** How to reach the database: a URL that the operator gave, or the embedded server's own address. */
export type Address =
  | { readonly connectionString: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    };

/** Tables live in a schema of their own, so that the database may hold others' too. */
export const SCHEMA = "slipway";

export interface Connection {
  readonly client: pg.Client;
  close(): Promise<void>;
}

/** One connection outside the pool. Throws `DATABASE_UNAVAILABLE`. */
export async function connect(
  address: Address,
  onLost?: (error: Error) => void,
): Promise<Connection> {
  const client = new pg.Client({ ...address, connectionTimeoutMillis: 10_000, keepAlive: true });
  let closed = false;
  client.on("error", (error) => {
    if (!closed) onLost?.(error);
  });
  try {
    await client.connect();
  } catch (cause) {
    throw unavailable(address, cause);
  }
  return {
    client,
    async close() {
      closed = true;
      await client.end().catch(() => undefined);
    },
  };
}

/** A pool whose connections find our tables. */
export function createPool(address: Address, onLost: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({ ...address, max: 10, connectionTimeoutMillis: 10_000 });
  pool.on("connect", (client) => {
    // Queued before the first query of whoever asked for the connection.
    client.query(`set search_path to ${SCHEMA}`).catch(onLost);
  });
  pool.on("error", onLost);
  return pool;
}

/** Says where the database was sought, and never with which password. */
export function unavailable(address: Address, cause: unknown): SlipwayError {
  const { host, port, database } = placeOf(address);
  const reason = messageOf(cause) || codeOf(cause);
  return new SlipwayError(
    "DATABASE_UNAVAILABLE",
    `The PostgreSQL database ${database} at ${host}:${port} cannot be used (${reason}); see that it runs and that SLIPWAY__SERVER__DATABASE_URL names it`,
    { host, port, database, reason },
    { cause },
  );
}

function placeOf(address: Address) {
  if (!("connectionString" in address)) return address;
  try {
    const { host, port, database } = new pg.Client(address);
    return { host, port, database: database ?? "" };
  } catch {
    return { host: "?", port: 5432, database: "?" };
  }
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "no reason given";
}
