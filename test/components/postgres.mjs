import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startDaemon } from "./daemon.mjs";
import { ensurePackages } from "./debian.mjs";

const VERSIONS = "/usr/lib/postgresql";
const PACKAGES = [{ name: "postgresql", isThere: programFolder }];

/** Debian's PostgreSQL on loopback, with a new cluster. As root it runs as the package's own user: it refuses root. */
export async function startPostgres({ folder }) {
  await ensurePackages(PACKAGES);
  const bin = programFolder();
  const identity = identityToRunAs();
  // Beside the work folder, not in it: the work folder is closed to other users.
  const own = mkdtempSync(join(tmpdir(), "slipway-postgres-"));
  if (identity.uid !== undefined) chownSync(own, identity.uid, identity.gid);
  const data = join(own, "data");
  const port = await freePort();
  const options = {
    cwd: own,
    env: { PATH: `${bin}:${process.env.PATH}`, LC_ALL: "C.UTF-8" },
    ...identity,
  };
  const remove = () => rmSync(own, { recursive: true, force: true });
  try {
    execFileSync(join(bin, "initdb"), ["-D", data, "-U", "slipway", "-A", "trust", "-N"], options);
    const stop = await startDaemon({
      name: "postgres",
      command: join(bin, "postgres"),
      args: ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", own, "-c", "fsync=off"],
      log: join(folder, "postgres.log"),
      isReady: () => accepts(bin, port, options),
      ...options,
    });
    const env = { SLIPWAY_TEST_DATABASE_URL: `postgresql://slipway@127.0.0.1:${port}/postgres` };
    return { env, stop: () => stop().then(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The newest version's programs; Debian keeps them out of PATH. */
function programFolder() {
  if (!existsSync(VERSIONS)) return undefined;
  const folders = readdirSync(VERSIONS)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(VERSIONS, version, "bin"));
  return folders.find((folder) => existsSync(join(folder, "initdb")));
}

function identityToRunAs() {
  if (process.getuid?.() !== 0) return {};
  const id = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function accepts(bin, port, options) {
  try {
    execFileSync(join(bin, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)], options);
    return true;
  } catch {
    return false;
  }
}
