import { sql } from "kysely";
import type { AgentRow, Db } from "./rows.ts";

export async function saveAgent(
  tx: Db,
  agent: { id: string; name: string; labels: readonly string[] },
): Promise<void> {
  const seen = { labels: [...agent.labels], lastSeenAt: sql<Date>`now()` };
  await tx
    .insertInto("agent")
    .values({ id: agent.id, name: agent.name, ...seen })
    .onConflict((conflict) => conflict.column("name").doUpdateSet(seen))
    .execute();
}

export async function touchAgent(tx: Db, name: string): Promise<void> {
  await tx
    .updateTable("agent")
    .set({ lastSeenAt: sql<Date>`now()` })
    .where("name", "=", name)
    .execute();
}

export async function listAgents(db: Db): Promise<AgentRow[]> {
  return db.selectFrom("agent").selectAll().orderBy("name").execute();
}
