import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate, readMigrations } from "../src/db/migrate.ts";
import {
  claim,
  createRun,
  endAttempt,
  flowState,
  readRun,
  record,
  register,
  startRun,
  startTestServer,
  type TestServer,
  taskState,
} from "./harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const applied = () => server.sql("select id, breaking from migration order by id");

const OLD_RUNNING = "01900000-0000-7000-8000-000000000001";
const OLD_WAITING = "01900000-0000-7000-8000-000000000002";
const OLD_ATTEMPT = "01900000-0000-7000-8000-000000000003";

/** A run that an agent has launched and one that waits, as the first version of the tables held them. */
const ROWS_OF_FIRST_VERSION = `
  insert into project (id, name) values (gen_random_uuid(), 'default');
  insert into flow (id, project_id, name) select gen_random_uuid(), id, 'old' from project;
  insert into flow_version (id, flow_id, version, structure, image, environment_type, labels)
    select gen_random_uuid(), id, 1, '{"version":1,"name":"old","tasks":[{"slug":"load","name":"load","mapped":false}],"edges":[],"parameters":[],"referenceTasks":["load"]}',
      'registry.example/old@sha256:0', 'FargateTaskEnvironment', '{old}' from flow;
  insert into flow_run (id, flow_id, flow_version_id, name, parameters, labels, state, state_type, state_version, attempt, scheduled_start_time)
    select '${OLD_RUNNING}'::uuid, flow_id, id, 'a', '{}'::json, labels, '{"type":"Submitted","timestamp":"2026-01-01T00:00:00Z"}'::json, 'Submitted', 2, 1, now() from flow_version
    union all
    select '${OLD_WAITING}'::uuid, flow_id, id, 'b', '{}'::json, labels, '{"type":"Scheduled","timestamp":"2026-01-01T00:00:00Z","startAt":"2026-01-01T00:00:00Z"}'::json, 'Scheduled', 1, 0, now() from flow_version;
  insert into attempt (id, flow_run_id, number, agent_name, lease_expires_at, infrastructure)
    values ('${OLD_ATTEMPT}', '${OLD_RUNNING}', 1, 'agent of old', now(), '{"kind":"EcsTask","id":"t","details":{}}');
  insert into task_run (flow_run_id, task_slug, map_index, state, state_type, state_version)
    values ('${OLD_RUNNING}', 'load', -1, '{"type":"Pending","timestamp":"2026-01-01T00:00:00Z"}', 'Pending', 1);
  insert into task_run_state (flow_run_id, task_slug, map_index, version, attempt, state)
    select flow_run_id, task_slug, map_index, 1, 0, state from task_run;`;

describe("migrate", () => {
  it("migrates once when several servers start at once on an empty database", async () => {
    await server.sql("drop schema slipway cascade");
    await Promise.all([migrate(server.address), migrate(server.address), migrate(server.address)]);
    const migrations = await readMigrations();
    expect(await applied()).toEqual(migrations.map(({ id }) => ({ id, breaking: false })));
  });

  it("carries live runs over from the first version, and what it had launched goes on", async () => {
    await server.sql("drop schema slipway cascade");
    const [first] = await readMigrations();
    await migrate(server.address, first ? [first] : []);
    await server.sql(ROWS_OF_FIRST_VERSION);
    await migrate(server.address);
    const { adopted, claimed } = await claim(server, "agent of old", { labels: ["old"] });
    expect(adopted).toMatchObject([
      {
        begunVariant: null,
        earlier: [],
        bootstrapToken: expect.stringMatching(/^slb_/),
        attempt: { id: OLD_ATTEMPT, timeline: {}, status: null, infrastructure: { id: "t" } },
      },
    ]);
    expect(claimed).toMatchObject([{ flowRun: { id: OLD_WAITING } }]);
    const token = await startRun(server, adopted[0].bootstrapToken);
    await record(server, token, 0, [flowState("Running"), taskState("load", "Running")]);
    await endAttempt(server, "agent of old", OLD_ATTEMPT);
    expect(await readRun(server, OLD_RUNNING)).toMatchObject({
      stateType: "Failed",
      taskRuns: [{ taskSlug: "load", stateType: "Failed" }],
      attempts: [{ diagnosis: { cause: "OutOfMemory" }, logTail: [], usage: null, cost: null }],
    });
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
