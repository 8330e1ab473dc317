import type { Database } from "../db/database.ts";
import type { Rate } from "../db/rate-budget.ts";
import type { Db } from "../db/rows.ts";
import {
  claimDefinition as claimInDb,
  type Definition,
  deleteDefinition,
  dropClaim,
  extendClaim,
  findDefinition,
  saveDefinition,
  touchDefinition,
} from "../db/task-definitions.ts";
import { checkName, refusal } from "./input.ts";
import { parseRate, reserveCall } from "./rate.ts";

/** How long to wait for what another agent registers, before asking again. */
const ASK_AGAIN_MS = 100;
/** Where the other one has to wait long for its turn itself. */
const ASK_AGAIN_LATEST_MS = 5_000;

const LARGEST_REVISION = 2 ** 31 - 1;

export interface DefinitionClaim {
  readonly revision: number | null;
  readonly granted: boolean;
  readonly waitMs: number;
}

export interface ClaimDefinitionInput {
  readonly agent: string;
  readonly hash: string;
  readonly rate: Rate;
}

/**
 * The revision that is recorded; else the leave to register it, to one at a time for each hash, with a call of the
 * rate. Whoever has that leave and falls silent is replaced. Throws `INVALID_ARGUMENT`.
 */
export async function claimDefinition(
  database: Database,
  input: ClaimDefinitionInput,
): Promise<DefinitionClaim> {
  const agent = checkName("input.agent", input.agent);
  const hash = checkName("input.hash", input.hash);
  const rate = parseRate("input.rate", input.rate);
  // A plain read first: nearly always it is there.
  const known = await findDefinition(database.read, hash);
  if (known?.unnoted) await touchDefinition(database.read, hash);
  if (known && isTaken(known)) return answer(known);
  return database.transact((tx) => claim(tx, { agent, hash, rate }));
}

async function claim(tx: Db, { agent, hash, rate }: ClaimDefinitionInput) {
  if (!(await claimInDb(tx, hash, agent))) return answer(await findDefinition(tx, hash));
  const waitMs = await reserveCall(tx, rate);
  if (waitMs === undefined) {
    await dropClaim(tx, hash, agent);
    return { revision: null, granted: false, waitMs: ASK_AGAIN_LATEST_MS };
  }
  if (waitMs > 0) await extendClaim(tx, hash, waitMs);
  return { revision: null, granted: true, waitMs };
}

function isTaken({ revision, claimed }: Definition): boolean {
  return revision !== null || claimed;
}

/** For whoever has no leave to register: what is recorded, or when to ask again. */
function answer(known: Definition | undefined): DefinitionClaim {
  const revision = known?.revision ?? null;
  const turn = Math.min(known?.turnInMs ?? 0, ASK_AGAIN_LATEST_MS);
  const waitMs = revision === null ? Math.ceil(Math.max(ASK_AGAIN_MS, turn)) : 0;
  return { revision, granted: false, waitMs };
}

/** Keeps what was registered under the hash. Whoever registered it says the truth, with or without leave. */
export async function recordDefinition(
  db: Db,
  input: { readonly agent: string; readonly hash: string; readonly revision: number },
): Promise<boolean> {
  checkName("agent", input.agent);
  const { revision } = input;
  await saveDefinition(db, checkName("hash", input.hash), checkRevision(revision));
  return true;
}

/** Forgets a revision that the platform does not have any more; without one, gives back the leave to register. True where there was one. */
export async function forgetDefinition(
  db: Db,
  input: {
    readonly agent: string;
    readonly hash: string;
    readonly revision?: number | null | undefined;
  },
): Promise<boolean> {
  const { agent, revision } = input;
  const hash = checkName("hash", input.hash);
  if (typeof revision !== "number") return dropClaim(db, hash, checkName("agent", agent));
  return deleteDefinition(db, hash, checkRevision(revision));
}

function checkRevision(revision: number): number {
  if (revision >= 1 && revision <= LARGEST_REVISION) return revision;
  throw refusal("revision", revision, "1 or more");
}
