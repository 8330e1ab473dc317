import { cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "@slipway/testing";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startServer } from "../src/index.ts";
import { startEmbeddedPostgres } from "../src/postgres/embedded-postgres.ts";
import { binariesIn, locateBinaries } from "../src/postgres/locate-binaries.ts";
import { isAlive, isPostmasterOf, readPostmasterFile } from "../src/postgres/postmaster-file.ts";
import { startOwnProcess } from "./own-process.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "slipway-pg-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function query(address: pg.ClientConfig, text: string) {
  const client = new pg.Client(address);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe("startEmbeddedPostgres", () => {
  it("keeps what was stored, and ends its process when closed", async () => {
    const first = await startEmbeddedPostgres(dataDir);
    await query(first.address, "create table kept as select 42 as n");
    await first.close();
    await waitFor(() => !isAlive(first.pid));
    const second = await startEmbeddedPostgres(dataDir);
    expect(await query(second.address, "select n from kept")).toEqual([{ n: 42 }]);
    await second.close();
  });

  it("lets nobody else in: a folder of its own, and a socket in it", async () => {
    const { address, close } = await startEmbeddedPostgres(dataDir);
    const { mode } = await stat(join(dataDir, "postgres"));
    expect(mode & 0o077).toBe(0);
    expect((await stat(join(dataDir, "postgres", "password"))).mode & 0o077).toBe(0);
    expect(address).toMatchObject({ host: join(dataDir, "postgres") });
    expect(await query(address, "show listen_addresses")).toEqual([{ listen_addresses: "" }]);
    await close();
  });

  it("listens on loopback with a password where the folder's path is too long for a socket", async () => {
    const long = join(dataDir, "d".repeat(100));
    const { address, close } = await startEmbeddedPostgres(long);
    expect(address).toMatchObject({ host: "127.0.0.1" });
    expect(await query(address, "select 1 as n")).toEqual([{ n: 1 }]);
    await expect(query({ ...address, password: "guessed" }, "select 1")).rejects.toMatchObject({
      code: "28P01",
    });
    await close();
  });

  it("does not need the links that the package makes in an install script", async () => {
    const { folder } = await locateBinaries();
    const copy = join(dataDir, "package", "native");
    await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
    const lib = join(copy, "lib");
    for (const entry of await readdir(lib, { withFileTypes: true })) {
      if (entry.isSymbolicLink()) await rm(join(lib, entry.name));
    }
    const { address, close } = await startEmbeddedPostgres(dataDir, await binariesIn(copy));
    expect(await query(address, "select 1 as n")).toEqual([{ n: 1 }]);
    await close();
  });

  it("refuses a data folder that another server uses, and leaves that one alone", async () => {
    const first = await startEmbeddedPostgres(dataDir);
    await expect(startEmbeddedPostgres(dataDir)).rejects.toMatchObject({
      code: "ADDRESS_IN_USE",
      message: expect.stringContaining(dataDir),
    });
    expect(await query(first.address, "select 1 as n")).toEqual([{ n: 1 }]);
    await first.close();
  });

  it("lets one of two win that start at once on a new folder", async () => {
    const starts = await Promise.allSettled([
      startEmbeddedPostgres(dataDir),
      startEmbeddedPostgres(dataDir),
    ]);
    const won = starts.filter((start) => start.status === "fulfilled");
    const lost = starts.filter((start) => start.status === "rejected");
    expect(won).toHaveLength(1);
    expect(lost[0]?.reason).toMatchObject({ code: "ADDRESS_IN_USE" });
    await won[0]?.value.close();
  });

  it("starts beside a stale file that names a process of somebody else", async () => {
    const first = await startEmbeddedPostgres(dataDir);
    await first.close();
    const stale = [process.pid, "/nowhere", 0, 5432, join(dataDir, "postgres"), "", "", "ready"];
    await writeFile(join(dataDir, "postgres", "data", "postmaster.pid"), stale.join("\n"));
    const second = await startEmbeddedPostgres(dataDir);
    expect(await query(second.address, "select 1 as n")).toEqual([{ n: 1 }]);
    await second.close();
  });

  it("says what PostgreSQL said where it cannot start", async () => {
    const first = await startEmbeddedPostgres(dataDir);
    await first.close();
    await writeFile(join(dataDir, "postgres", "data", "PG_VERSION"), "12\n");
    await expect(startEmbeddedPostgres(dataDir)).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
      message: expect.stringContaining("version 12"),
    });
  });
});

describe("after kill -9", () => {
  it("the next start has all that was committed", async () => {
    const owner = await startOwnProcess(dataDir);
    await query(addressIn(dataDir), "create table kept as select 42 as n");
    await owner.kill();
    const next = await startEmbeddedPostgres(dataDir);
    expect(await query(next.address, "select n from kept")).toEqual([{ n: 42 }]);
    await next.close();
  });

  it("takes over the PostgreSQL that was left behind, where nothing could end it", async () => {
    const owner = await startOwnProcess(dataDir, await pathWithout("setpriv"));
    const { pid } = owner;
    await owner.kill();
    const next = await startEmbeddedPostgres(dataDir);
    expect(next).toMatchObject({ pid, adopted: true });
    expect(await query(next.address, "select 1 as n")).toEqual([{ n: 1 }]);
    await next.close();
    expect(await isPostmasterOf(join(dataDir, "postgres", "data"), pid)).toBe(false);
  });

  it("PostgreSQL itself may be killed: the next start recovers", async () => {
    const first = await startEmbeddedPostgres(dataDir);
    await query(first.address, "create table kept as select 42 as n");
    process.kill(first.pid, "SIGKILL");
    await first.close();
    const next = await startEmbeddedPostgres(dataDir);
    expect(await query(next.address, "select n from kept")).toEqual([{ n: 42 }]);
    await next.close();
  });

  /** A folder of programs that lacks one of them. */
  async function pathWithout(missing: string): Promise<string> {
    const folder = join(dataDir, "bin");
    await mkdir(folder);
    for (const tool of ["unshare", "setpriv", "env", "true"].filter((name) => name !== missing)) {
      await symlink(`/usr/bin/${tool}`, join(folder, tool));
    }
    return folder;
  }
});

describe("startServer on the embedded database", () => {
  it("refuses a second server on the data folder, and starts again when the first has ended", async () => {
    const options = { host: "127.0.0.1", port: 0, dataDir };
    const first = await startServer(options);
    await expect(startServer(options)).rejects.toMatchObject({ code: "ADDRESS_IN_USE" });
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
    await first.close();
    const again = await startServer(options);
    await again.close();
  });

  it("answers DATABASE_UNAVAILABLE while the database is away", async () => {
    const server = await startServer({ host: "127.0.0.1", port: 0, dataDir });
    const postmaster = await readPostmasterFile(join(dataDir, "postgres", "data"));
    process.kill(postmaster?.pid ?? 0, "SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const response = await fetch(server.graphqlUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ projects { name } }" }),
    });
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: "DATABASE_UNAVAILABLE" } }],
    });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(503);
    await server.close();
  });
});

function addressIn(folder: string): pg.ClientConfig {
  return { host: join(folder, "postgres"), user: "slipway", database: "postgres" };
}
