import { nearest, SlipwayError } from "@slipway/core";
import { findProject, insertProject, listProjects } from "../db/projects.ts";
import type { Db, ProjectRow } from "../db/rows.ts";
import { uuidv7 } from "../ids.ts";
import { checkName } from "./input.ts";

/** The project that is always there. */
export const DEFAULT_PROJECT = "default";

/** Answers the project that is there already, too. */
export async function createProject(tx: Db, name: string): Promise<ProjectRow> {
  await insertProject(tx, { id: uuidv7(), name: checkName("name", name) });
  return getProject(tx, name);
}

/** Throws `NOT_FOUND`, with the name that was probably meant. */
export async function getProject(db: Db, name: string): Promise<ProjectRow> {
  const project = await findProject(db, name);
  if (project) return project;
  const names = (await listProjects(db)).map((known) => known.name);
  const meant = nearest(name, names);
  const advice = meant ? `did you mean ${JSON.stringify(meant)}?` : "create it first";
  throw new SlipwayError("NOT_FOUND", `There is no project ${JSON.stringify(name)}: ${advice}`, {
    path: "project",
    given: name,
    accepted: names,
  });
}
