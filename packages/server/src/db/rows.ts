import type { Kysely, Selectable } from "kysely";
import type { Tables } from "./tables.ts";

/** The database, or an open transaction of it. */
export type Db = Kysely<Tables>;

export type ProjectRow = Selectable<Tables["project"]>;
export type FlowRow = Selectable<Tables["flow"]>;
export type FlowVersionRow = Selectable<Tables["flowVersion"]>;
export type FlowRunRow = Selectable<Tables["flowRun"]>;
export type AttemptRow = Selectable<Tables["attempt"]>;
export type FlowRunStateRow = Selectable<Tables["flowRunState"]>;
export type TaskRunRow = Selectable<Tables["taskRun"]>;
export type TaskRunStateRow = Selectable<Tables["taskRunState"]>;
export type LogTailRow = Selectable<Tables["logTail"]>;
export type ContainerLogRow = Selectable<Tables["containerLog"]>;
export type LogRow = Selectable<Tables["log"]>;
export type AgentRow = Selectable<Tables["agent"]>;
