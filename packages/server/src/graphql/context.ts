import type { Database } from "../db/database.ts";
import type { Changes } from "../services/changes.ts";
import type { Loaders } from "./loaders.ts";

/** Who sends a request, as its bearer token says. */
export type Caller =
  /** A person, an agent or a tool: may do all but what only a run's process does. */
  | { readonly kind: "operator" }
  /** A run's process at its start. */
  | { readonly kind: "bootstrap"; readonly token: string }
  /** A run's process. */
  | { readonly kind: "run"; readonly token: string };

/** What lives as long as the server. */
export interface ServerContext {
  readonly database: Database;
  readonly changes: Changes;
  readonly installation: { readonly id: string; readonly secret: Buffer };
  readonly version: string;
}

export interface Context extends ServerContext {
  readonly caller: Caller;
  readonly loaders: Loaders;
}
