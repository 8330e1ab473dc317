import { sql } from "kysely";
import type { Db } from "./rows.ts";

/** The one row of the installation, made at the first start of the first server. */
export async function readInstallation(db: Db, draft: { id: string; secret: Buffer }) {
  await db
    .insertInto("installation")
    .values(draft)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return db.selectFrom("installation").select(["id", "secret"]).executeTakeFirstOrThrow();
}

/** Tells that the database answers. */
export async function ping(db: Db): Promise<boolean> {
  await sql`select 1`.execute(db);
  return true;
}
