import type { Db, ProjectRow } from "./rows.ts";

export async function insertProject(db: Db, project: { id: string; name: string }): Promise<void> {
  await db
    .insertInto("project")
    .values(project)
    .onConflict((conflict) => conflict.column("name").doNothing())
    .execute();
}

export async function findProject(db: Db, name: string): Promise<ProjectRow | undefined> {
  return db.selectFrom("project").selectAll().where("name", "=", name).executeTakeFirst();
}

export async function listProjects(db: Db): Promise<ProjectRow[]> {
  return db.selectFrom("project").selectAll().orderBy("name").execute();
}

export async function projectsById(db: Db, ids: readonly string[]): Promise<ProjectRow[]> {
  return db.selectFrom("project").selectAll().where("id", "in", ids).execute();
}
