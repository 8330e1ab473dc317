import { type Address, connect } from "./connection.ts";

/** An advisory lock of the embedded database that its server holds as long as it lives. */
const OWNER_LOCK = 7_103_001;

export interface Owner {
  release(): Promise<void>;
}

/**
 * Takes the lock; PostgreSQL gives it back by itself when the holder dies, so that it says better
 * than any file whether a data folder is in use. Undefined where somebody else holds it.
 */
export async function ownDatabase(address: Address): Promise<Owner | undefined> {
  const connection = await connect(address);
  const { rows } = await connection.client.query<{ taken: boolean }>(
    "select pg_try_advisory_lock($1) as taken",
    [OWNER_LOCK],
  );
  if (rows[0]?.taken) return { release: () => connection.close() };
  await connection.close();
  return undefined;
}
