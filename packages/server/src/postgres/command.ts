import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { messageOf, SlipwayError } from "@slipway/core";
import { GIVE_A_URL } from "./locate-binaries.ts";

const run = promisify(execFile);

/** Maps root to an ordinary user inside a namespace; nothing on disk changes its owner. */
const AS_ORDINARY_USER = ["unshare", "--user", "--map-user=1000", "--map-group=1000"];

/** Makes Linux send SIGINT (PostgreSQL's fast shutdown) when the process that started it dies. */
const END_WITH_PARENT = ["setpriv", "--pdeathsig", "INT"];

export interface CommandPrefixes {
  /** Stands before each PostgreSQL command: empty unless we are root. */
  readonly any: readonly string[];
  /** Stands before the server's own command. */
  readonly server: readonly string[];
}

/** Finds out how PostgreSQL's programs are to be started here: they refuse to run as root. Throws `DATABASE_UNSUPPORTED`. */
export async function commandPrefixes(): Promise<CommandPrefixes> {
  const any = process.getuid?.() === 0 ? await prefixForRoot() : [];
  // Where this tool is missing, a server that we leave behind is found by the next start.
  const endsWithParent = await works([...any, ...END_WITH_PARENT, "true"]);
  return { any, server: endsWithParent ? [...any, ...END_WITH_PARENT] : any };
}

async function prefixForRoot(): Promise<readonly string[]> {
  const [tool = "", ...options] = AS_ORDINARY_USER;
  try {
    await run(tool, [...options, "true"]);
    return AS_ORDINARY_USER;
  } catch (cause) {
    throw namespaceRefused(cause);
  }
}

function namespaceRefused(cause: unknown): SlipwayError {
  return new SlipwayError(
    "DATABASE_UNSUPPORTED",
    `PostgreSQL refuses to run as root, and a user namespace is refused here; start the server as another user, or ${GIVE_A_URL}`,
    { reason: messageOf(cause) },
    { cause },
  );
}

async function works([tool = "", ...options]: readonly string[]): Promise<boolean> {
  return run(tool, options).then(
    () => true,
    () => false,
  );
}
