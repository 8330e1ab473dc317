import { readdir, readFile } from "node:fs/promises";
import { SlipwayError } from "@slipway/core";
import type pg from "pg";
import { type Address, connect, SCHEMA, unavailable } from "./connection.ts";

/** Marks, in its first line, a migration that older servers cannot work with. */
const BREAKING = "--! breaking";
/** Held while migrating, so that of several starting servers one migrates and the others wait. */
const MIGRATION_LOCK = 7_103_002;
const FOLDER = new URL("../../sql/", import.meta.url);

interface Migration {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
}

/** The migrations of this version of Slipway, in order. They only ever go forward. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => /^\d{4}_[\w-]+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => ({
      id: Number(name.slice(0, 4)),
      name: name.slice(0, -".sql".length),
      sql: await readFile(new URL(name, FOLDER), "utf8"),
    })),
  );
}

/** Brings the database up to this version. Throws `DATABASE_UNAVAILABLE`, or `DATABASE_UNSUPPORTED` where it is too new. */
export async function migrate(address: Address, given?: readonly Migration[]): Promise<void> {
  const migrations = given ?? (await readMigrations());
  const { client, close } = await connect(address);
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
    const applied = await readApplied(client);
    refuseNewer(applied, migrations);
    const done = new Set(applied.map(({ id }) => id));
    for (const migration of migrations.filter(({ id }) => !done.has(id))) {
      await apply(client, migration);
    }
    await client.query("commit");
  } catch (error) {
    throw error instanceof SlipwayError ? error : unavailable(address, error);
  } finally {
    await close();
  }
}

interface Applied {
  readonly id: number;
  readonly name: string;
  readonly breaking: boolean;
}

async function readApplied(client: pg.Client): Promise<readonly Applied[]> {
  // Silences the notices of what exists already.
  await client.query("set local client_min_messages to warning");
  await client.query(`create schema if not exists ${SCHEMA}`);
  await client.query(`set local search_path to ${SCHEMA}`);
  await client.query(`create table if not exists migration (
    id integer primary key,
    name text not null,
    breaking boolean not null,
    applied_at timestamptz not null default now()
  )`);
  const { rows } = await client.query<Applied>(
    "select id, name, breaking from migration order by id",
  );
  return rows;
}

function refuseNewer(applied: readonly Applied[], migrations: readonly Migration[]): void {
  const newest = Math.max(0, ...migrations.map(({ id }) => id));
  const tooNew = applied.find(({ id, breaking }) => breaking && id > newest);
  if (!tooNew) return;
  throw new SlipwayError(
    "DATABASE_UNSUPPORTED",
    `A newer Slipway has changed the database in a way that this version cannot work with (migration ${tooNew.name}); upgrade this server`,
    { migration: tooNew.name },
  );
}

/** The row goes first: should the lock ever fail us, the second of two servers stops at its key. */
async function apply(client: pg.Client, { id, name, sql }: Migration): Promise<void> {
  const breaking = sql.startsWith(BREAKING);
  await client.query("insert into migration (id, name, breaking) values ($1, $2, $3)", [
    id,
    name,
    breaking,
  ]);
  await client.query(sql);
}
