import { isSlipwayError } from "@slipway/core";
import { CamelCasePlugin, Kysely, PostgresDialect } from "kysely";
import { type Address, createPool, unavailable } from "./connection.ts";
import type { Db } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** The pool of connections, for as long as the server lives. */
export class Database {
  /** For reads of one statement. */
  readonly read: Db;
  readonly #kysely: Kysely<Tables>;
  readonly #address: Address;

  constructor(address: Address, onLost: (error: Error) => void) {
    this.#address = address;
    this.#kysely = new Kysely<Tables>({
      dialect: new PostgresDialect({ pool: createPool(address, onLost) }),
      // The one place where snake_case becomes camelCase; what is inside JSON stays as it is.
      plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
    });
    this.read = this.#kysely;
  }

  /** Runs `work` in a transaction, again where PostgreSQL gave it up for another's sake. Throws `DATABASE_UNAVAILABLE`. */
  async transact<T>(work: (tx: Db) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#kysely.transaction().execute(work);
      } catch (error) {
        if (tries < 4 && YIELDED.has(codeOf(error))) continue;
        throw this.explain(error);
      }
    }
  }

  /** A lost connection as `DATABASE_UNAVAILABLE`; anything else as it is. */
  explain(error: unknown): unknown {
    if (isSlipwayError(error)) return error;
    return isLost(error) ? unavailable(this.#address, error) : error;
  }

  async close(): Promise<void> {
    await this.#kysely.destroy();
  }
}

/** `serialization_failure` and `deadlock_detected`. */
const YIELDED = new Set(["40001", "40P01"]);

/** PostgreSQL's classes 08 (connection), 57P (shut down) and 53 (out of connections), or the socket's own errors. */
function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  const words =
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered/;
  return (
    /^(08|57P0|53|ECONN|EPIPE|ENOENT|ENOTFOUND|ETIMEDOUT)/.test(code) || words.test(error.message)
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
