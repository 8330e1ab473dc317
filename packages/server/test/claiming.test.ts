import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  cancel,
  claim,
  claimedRun,
  createRun,
  endAttempt,
  flowState,
  lapse,
  logEvent,
  readRun,
  record,
  register,
  send,
  startRun,
  startTestServer,
  type TestServer,
} from "./harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const ids = (claims: Answer[]) => claims.map((entry) => entry.flowRun.id);

/** As if the run were to be tried again. */
async function reschedule(runId: string): Promise<void> {
  await server.sql("update flow_run set state_type = 'Scheduled' where id = $1", [runId]);
}

describe("endAttempt", () => {
  it("never waits in a circle with claims of the same agent", async () => {
    const version = await register(server, "circle", { labels: ["circle"] });
    await Promise.all(Array.from({ length: 40 }, () => createRun(server, version)));
    const again = () => claim(server, "circler", { labels: ["circle"], limit: 40 });
    const { claimed } = await again();
    await Promise.all(
      claimed.flatMap(({ attempt }: Answer) => [
        endAttempt(server, "circler", attempt.id),
        again(),
      ]),
    );
    // A session tells what it has counted only after a second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const counted = await server.sql(
      "select deadlocks::int from pg_stat_database where datname = current_database()",
    );
    expect(counted).toEqual([{ deadlocks: 0 }]);
  });
});

describe("claimWork", () => {
  it("answers no attempt again that the agent knows, unless its run is to end", async () => {
    const [kept, ended] = [
      await claimedRun(server, "known 1"),
      await claimedRun(server, "known 2"),
    ];
    expect(ended.agent).not.toBe(kept.agent);
    for (const { agent, attempt, runId } of [kept, ended]) {
      const known = [attempt.id];
      const labels = [agent.replace("agent of ", "")];
      expect((await claim(server, agent, { labels, limit: 0 })).adopted).toHaveLength(1);
      expect(await claim(server, agent, { labels, limit: 0, known })).toEqual({
        claimed: [],
        adopted: [],
      });
      await cancel(server, runId);
      const { adopted } = await claim(server, agent, { labels, limit: 0, known });
      expect(adopted).toMatchObject([{ flowRun: { stateType: "Cancelling" } }]);
    }
  });

  it("gives each run to one agent, once, when twenty claim at the same time", async () => {
    const version = await register(server, "race", { labels: ["race"] });
    const runs = await Promise.all(Array.from({ length: 30 }, () => createRun(server, version)));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        claim(server, `racer ${index}`, { labels: ["race"], limit: 2 }),
      ),
    );
    const claimed = answers.flatMap((answer) => ids(answer.claimed));
    expect(claimed).toHaveLength(new Set(claimed).size);
    const rest = await claim(server, "racer last", { labels: ["race"], limit: 100 });
    expect([...claimed, ...ids(rest.claimed)].sort()).toEqual([...runs].sort());
  });

  it("makes a first attempt and puts the run into Submitted", async () => {
    const { runId, attempt, flowRun, leaseSeconds, bootstrapToken } = await claimedRun(
      server,
      "first attempt",
    );
    expect(attempt).toMatchObject({ number: 1, agentName: "agent of first attempt" });
    expect(flowRun).toMatchObject({ id: runId, stateType: "Submitted", stateVersion: 2 });
    expect(leaseSeconds).toBe(30);
    expect(bootstrapToken).toMatch(/^slb_/);
  });

  it("takes a run only with all of its labels, and one without labels only without labels", async () => {
    const both = await createRun(server, await register(server, "both", { labels: ["a", "b"] }));
    const none = await createRun(server, await register(server, "none"));
    expect(ids((await claim(server, "only a", { labels: ["a"] })).claimed)).toEqual([]);
    expect(ids((await claim(server, "a b c", { labels: ["a", "b", "c"] })).claimed)).toEqual([
      both,
    ]);
    expect(ids((await claim(server, "bare")).claimed)).toEqual([none]);
  });

  it("is not starved by older runs that nobody here can take", async () => {
    const foreign = await register(server, "foreign", { labels: ["nobody has this"] });
    await Promise.all(Array.from({ length: 80 }, () => createRun(server, foreign)));
    const mine = await createRun(server, await register(server, "mine", { labels: ["mine"] }));
    const { claimed } = await claim(server, "mine", { labels: ["mine"], limit: 1 });
    expect(ids(claimed)).toEqual([mine]);
  });

  it("leaves a run alone until it is due", async () => {
    const version = await register(server, "future", { labels: ["future"] });
    const scheduledStartTime = new Date(Date.now() + 3_600_000).toISOString();
    await createRun(server, version, { scheduledStartTime });
    expect((await claim(server, "early", { labels: ["future"] })).claimed).toEqual([]);
  });

  it("gives an agent its own open attempts again, with the same token, so that a lost answer is no loss", async () => {
    const first = await claimedRun(server, "lost answer");
    const { claimed, adopted } = await claim(server, first.agent, { labels: ["lost answer"] });
    expect(claimed).toEqual([]);
    expect(adopted).toMatchObject([
      { bootstrapToken: first.bootstrapToken, attempt: { id: first.attempt.id } },
    ]);
  });

  it("gives an agent nothing that another one of its name looks after and that does not fit it", async () => {
    const run = await claimedRun(server, "namesake");
    const other = await claim(server, run.agent, { labels: ["another place"] });
    expect(other.adopted).toEqual([]);
    const known = [run.attempt.id];
    await cancel(server, run.runId);
    expect((await claim(server, run.agent, { labels: ["other"] })).adopted).toEqual([]);
    // Whoever holds it hears of the cancel; and once nobody does, its labels may have changed with a restart.
    expect((await claim(server, run.agent, { labels: ["other"], known })).adopted).toHaveLength(1);
    await lapse(server, run.attempt.id);
    expect((await claim(server, run.agent, { labels: ["other"] })).adopted).toHaveLength(1);
    await endAttempt(server, run.agent, run.attempt.id);
  });

  it("gives a silent agent's attempt to another agent that fits, and to no other", async () => {
    const run = await claimedRun(server, "silent");
    const asOther = (labels: string[]) => claim(server, "another", { labels });
    expect((await asOther(["silent"])).adopted).toEqual([]);
    await lapse(server, run.attempt.id);
    expect((await asOther(["unfit"])).adopted).toEqual([]);
    expect((await asOther(["silent"])).adopted).toMatchObject([
      { attempt: { id: run.attempt.id, agentName: "another", number: 1 } },
    ]);
    await expect(endAttempt(server, run.agent, run.attempt.id)).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
    });
  });

  it("gives nothing of an attempt that has ended", async () => {
    const run = await claimedRun(server, "over");
    await endAttempt(server, run.agent, run.attempt.id);
    expect((await claim(server, run.agent, { labels: ["over"] })).adopted).toEqual([]);
  });
});

describe("renewLeases", () => {
  it("answers the ids that are still the agent's own", async () => {
    const mine = await claimedRun(server, "renew");
    const lost = await claimedRun(server, "renew lost");
    await lapse(server, lost.attempt.id);
    await claim(server, "thief", { labels: ["renew lost"] });
    await server.sql("update attempt set agent_name = $1 where id = $2", [
      mine.agent,
      mine.attempt.id,
    ]);
    const { renewLeases } = await server.gql(
      `mutation ($agent: String!, $ids: [ID!]!) { renewLeases(agent: $agent, attemptIds: $ids) }`,
      { agent: mine.agent, ids: [mine.attempt.id, lost.attempt.id, "no id at all"] },
    );
    expect(renewLeases).toEqual([mine.attempt.id]);
  });
});

describe("a newer attempt", () => {
  it("shuts out the older one: its process, its agent and its token", async () => {
    const old = await claimedRun(server, "fence");
    const token = await startRun(server, old.bootstrapToken);
    await record(server, token, 0, [flowState("Running")]);
    await reschedule(old.runId);
    const { claimed } = await claim(server, "newer", { labels: ["fence"] });
    expect(claimed[0].attempt.number).toBe(2);

    const superseded = expect.objectContaining({ code: "ATTEMPT_SUPERSEDED" });
    await expect(record(server, token, 1, [logEvent("ghost")])).rejects.toEqual(superseded);
    await expect(endAttempt(server, old.agent, old.attempt.id)).rejects.toEqual(superseded);
    await expect(recordInfrastructure(old.agent, old.attempt.id)).rejects.toEqual(superseded);
    expect((await readRun(server, old.runId)).stateType).toBe("Submitted");
  });

  it("refuses the bootstrap token of the older one", async () => {
    const old = await claimedRun(server, "fence token");
    await reschedule(old.runId);
    await claim(server, "newer", { labels: ["fence token"] });
    await expect(startRun(server, old.bootstrapToken)).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
    });
  });
});

describe("recordInfrastructure", () => {
  it("keeps what was launched, for whoever looks after the attempt next", async () => {
    const run = await claimedRun(server, "launched");
    await recordInfrastructure(run.agent, run.attempt.id);
    await lapse(server, run.attempt.id);
    const { adopted } = await claim(server, "next", { labels: ["launched"] });
    expect(adopted[0].attempt.infrastructure).toEqual(TASK);
  });

  it("is for the attempt's agent alone", async () => {
    const run = await claimedRun(server, "not yours");
    await expect(recordInfrastructure("somebody", run.attempt.id)).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
    });
  });
});

describe("startRun", () => {
  it("swaps a bootstrap token once, and never again, even at the same time", async () => {
    const { bootstrapToken } = await claimedRun(server, "swap");
    const swaps = await Promise.allSettled(
      Array.from({ length: 5 }, () => startRun(server, bootstrapToken)),
    );
    expect(swaps.filter((swap) => swap.status === "fulfilled")).toHaveLength(1);
    const refused = swaps.filter((swap) => swap.status === "rejected");
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("answers the run with its flow and parameters", async () => {
    const { bootstrapToken, runId } = await claimedRun(server, "answer");
    const query = `mutation { startRun { flowRun { id parameters flowVersion { flow { name project { name } } } } attempt { number } } }`;
    const { startRun } = await server.gql(query, {}, bootstrapToken);
    expect(startRun).toMatchObject({
      flowRun: { id: runId, parameters: {}, flowVersion: { flow: { name: "answer" } } },
      attempt: { number: 1 },
    });
  });

  it("refuses a token that was made up", async () => {
    const { bootstrapToken } = await claimedRun(server, "forged");
    const forged = `${bootstrapToken.slice(0, -4)}AAAA`;
    await expect(startRun(server, forged)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    await expect(startRun(server, "slb_x")).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("gives the token to nobody any more once it is swapped", async () => {
    const run = await claimedRun(server, "swapped");
    await startRun(server, run.bootstrapToken);
    const { adopted } = await claim(server, run.agent, { labels: ["swapped"] });
    expect(adopted[0].bootstrapToken).toBeNull();
  });
});

describe("a run's tokens", () => {
  it("open nothing but their own operation", async () => {
    const run = await claimedRun(server, "narrow");
    const runToken = await startRun(server, run.bootstrapToken);
    const queries = [
      "{ server { version } }",
      "{ flowRuns { id } }",
      `{ flowRun(id: "${run.runId}") { id } }`,
      'mutation { createProject(name: "x") { id } }',
      `mutation { claimWork(input: { agent: "x", labels: [], limit: 1 }) { claimed { bootstrapToken } } }`,
      'subscription { workAvailable(agent: "x", labels: []) }',
    ];
    for (const query of queries) {
      for (const token of [run.bootstrapToken, runToken]) {
        const answer = send(server.graphqlUrl, query, {}, token);
        await expect(answer, query).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
      }
    }
    await expect(startRun(server, runToken)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  it("lead from their run to no other", async () => {
    const { bootstrapToken } = await claimedRun(server, "ways out");
    const query = `mutation { startRun { flowRun { flowVersion { flow { versions { id } } } } } }`;
    await expect(server.gql(query, {}, bootstrapToken)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
  });

  it("stand nowhere in the database", async () => {
    const run = await claimedRun(server, "stored");
    const runToken = await startRun(server, run.bootstrapToken);
    const rows = await server.sql("select to_json(attempt) as row from attempt");
    const text = JSON.stringify(rows);
    expect(text).toContain(run.attempt.id);
    expect(text).not.toContain(runToken);
    expect(text).not.toContain(run.bootstrapToken);
  });
});

const TASK = {
  kind: "EcsTask",
  id: "arn:aws:ecs:eu-west-1:1:task/x",
  details: { cluster: "default" },
};

async function recordInfrastructure(agent: string, attemptId: string): Promise<void> {
  await server.gql(
    `mutation ($agent: String!, $attemptId: ID!, $infrastructure: JSON!) {
      recordInfrastructure(agent: $agent, attemptId: $attemptId, infrastructure: $infrastructure) { id }
    }`,
    { agent, attemptId, infrastructure: TASK },
  );
}
