import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate, readMigrations } from "../src/db/migrate.ts";
import { createRun, register, startTestServer, type TestServer } from "./harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const applied = () => server.sql("select id, breaking from migration order by id");

describe("migrate", () => {
  it("migrates once when several servers start at once on an empty database", async () => {
    await server.sql("drop schema slipway cascade");
    await Promise.all([migrate(server.address), migrate(server.address), migrate(server.address)]);
    const migrations = await readMigrations();
    expect(await applied()).toEqual(migrations.map(({ id }) => ({ id, breaking: false })));
  });

  it("carries rows over a later migration, and runs each only once", async () => {
    await migrate(server.address);
    await server.sql("insert into project (id, name) values (gen_random_uuid(), 'old')");
    const later = {
      id: 9001,
      name: "9001_note",
      sql: "alter table project add column note text not null default 'none'",
    };
    const migrations = [...(await readMigrations()), later];
    await migrate(server.address, migrations);
    await migrate(server.address, migrations);
    expect(await server.sql("select note from project where name = 'old'")).toEqual([
      { note: "none" },
    ]);
    await server.sql("delete from migration where id = 9001; alter table project drop column note");
  });

  it("leaves nothing of a migration that fails", async () => {
    const broken = { id: 9002, name: "9002_broken", sql: "create table half (); select nonsense" };
    await expect(
      migrate(server.address, [...(await readMigrations()), broken]),
    ).rejects.toMatchObject({
      code: "DATABASE_UNAVAILABLE",
    });
    expect(await server.sql("select to_regclass('half') as half")).toEqual([{ half: null }]);
  });

  it("works on a database that a newer server has changed, unless the change is breaking", async () => {
    const newer = { id: 9003, name: "9003_newer", sql: "select 1" };
    const breaking = { id: 9004, name: "9004_breaking", sql: "--! breaking\nselect 1" };
    const known = await readMigrations();
    await migrate(server.address, [...known, newer]);
    await migrate(server.address);
    await migrate(server.address, [...known, newer, breaking]);
    await expect(migrate(server.address)).rejects.toMatchObject({
      code: "DATABASE_UNSUPPORTED",
      details: { migration: "9004_breaking" },
    });
    await server.sql("delete from migration where id > 9000");
  });

  it("has left a working server", async () => {
    await server.sql(
      "insert into project (id, name) values (gen_random_uuid(), 'default') on conflict do nothing",
    );
    expect(await createRun(server, await register(server, "works"))).toBeTruthy();
  });
});
