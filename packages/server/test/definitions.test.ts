import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mutate, startTestServer, type TestServer } from "./harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const REGISTER = { scope: "account", operation: "RegisterTaskDefinition", burst: 20, perSecond: 1 };

const ask = (hash: string, agent = "one", rate: object = REGISTER) =>
  mutate(server, "claimDefinition", "revision granted waitMs", { agent, hash, rate });

const say = async (field: string, hash: string, agent: string, revision?: number) =>
  (
    await server.gql(
      `mutation ($agent: String!, $hash: String!, $revision: Int${field === "recordDefinition" ? "!" : ""}) {
        ${field}(agent: $agent, hash: $hash, revision: $revision)
      }`,
      { agent, hash, revision },
    )
  )[field];

const recordDefinition = (hash: string, revision: number, agent = "one") =>
  say("recordDefinition", hash, agent, revision);
const forgetDefinition = (hash: string, revision?: number, agent = "one") =>
  say("forgetDefinition", hash, agent, revision);

describe("a definition", () => {
  it("is registered by one of two agents that ask two hundred times at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => ask("wanted by all", `agent ${index % 2}`)),
    );
    const granted = answers.filter((answer) => answer.granted);
    expect(granted).toEqual([{ revision: null, granted: true, waitMs: 0 }]);
    for (const answer of answers.filter((answer) => !answer.granted))
      expect(answer).toEqual({ revision: null, granted: false, waitMs: 100 });
    const [{ tokens }] = (await server.sql(
      "select tokens from rate_budget where operation = 'RegisterTaskDefinition'",
    )) as [{ tokens: number }];
    expect(tokens).toBe(19);
  });

  it("is told to all once it was recorded", async () => {
    await ask("recorded");
    expect(await recordDefinition("recorded", 7)).toBe(true);
    expect(await ask("recorded", "two")).toEqual({ revision: 7, granted: false, waitMs: 0 });
  });

  it("may be registered by the next one where the holder of the leave fell silent", async () => {
    await ask("silent", "dead");
    expect(await ask("silent", "alive")).toMatchObject({ granted: false });
    await server.sql(
      "update task_definition set claim_expires_at = claim_expires_at - interval '61 seconds' where hash = 'silent'",
    );
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask("silent", "alive")));
    expect(answers.filter((answer) => answer.granted)).toHaveLength(1);
    // The first one was only slow: what it registered is there.
    await recordDefinition("silent", 3, "dead");
    expect(await ask("silent", "third")).toMatchObject({ revision: 3 });
  });

  it("may be registered by the next one at once where the leave was given back", async () => {
    await ask("given back", "one");
    expect(await forgetDefinition("given back", undefined, "two")).toBe(false);
    expect(await ask("given back", "two")).toMatchObject({ granted: false });
    expect(await forgetDefinition("given back", undefined, "one")).toBe(true);
    expect(await ask("given back", "two")).toMatchObject({ granted: true });
  });

  it("is forgotten only where it is still the recorded one", async () => {
    await recordDefinition("gone", 4);
    expect(await forgetDefinition("gone", 3)).toBe(false);
    expect(await forgetDefinition("gone")).toBe(false);
    expect(await ask("gone")).toMatchObject({ revision: 4 });
    expect(await forgetDefinition("gone", 4)).toBe(true);
    expect(await ask("gone")).toMatchObject({ revision: null, granted: true });
  });

  it("gives its leave with a turn at the rate, and holds it until that and a minute more", async () => {
    const rate = { ...REGISTER, scope: "slow", burst: 1, perSecond: 1 / 100 };
    expect(await ask("slow 1", "one", rate)).toEqual({ revision: null, granted: true, waitMs: 0 });
    const second = await ask("slow 2", "one", rate);
    expect(second).toMatchObject({ granted: true });
    expect(second.waitMs).toBeGreaterThan(95_000);
    const [{ left }] = (await server.sql(
      "select extract(epoch from claim_expires_at - now())::float8 as left from task_definition where hash = 'slow 2'",
    )) as [{ left: number }];
    expect(left).toBeGreaterThan(155);
    // Nobody need ask again before that turn, but sometimes: the leave may be given back.
    expect(await ask("slow 2", "two", rate)).toEqual({
      revision: null,
      granted: false,
      waitMs: 5_000,
    });
  });

  it("gives no leave while the queue is too long, and holds none", async () => {
    const rate = { ...REGISTER, scope: "long queue", burst: 1, perSecond: 1 / 500 };
    await ask("queue 1", "one", rate);
    await ask("queue 2", "one", rate);
    const refused = { revision: null, granted: false, waitMs: 5_000 };
    expect(await ask("queue 3", "one", rate)).toEqual(refused);
    await server.sql("update rate_budget set tokens = 1 where scope = 'long queue'");
    expect(await ask("queue 3", "two", rate)).toMatchObject({ granted: true });
  });

  it("is noted as used now and then", async () => {
    await recordDefinition("used", 1);
    await server.sql(
      "update task_definition set last_used_at = now() - interval '2 hours' where hash = 'used'",
    );
    await ask("used");
    const rows = await server.sql(
      "select 1 from task_definition where hash = 'used' and last_used_at > now() - interval '1 minute'",
    );
    expect(rows).toHaveLength(1);
  });

  it("has a revision from 1 on", async () => {
    await expect(recordDefinition("zero", 0)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});
