import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  beginLaunch,
  cancel,
  claim,
  claimedRun,
  createRun,
  endAttempt,
  register,
  release as releaseOf,
  startTestServer,
  type TestServer,
} from "./harness.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const release = (run: Answer) => releaseOf(server, run);

describe("releaseAttempt", () => {
  it("lets the next agent that fits have the attempt at once, and wakes nobody's lease again", async () => {
    const run = await claimedRun(server, "released");
    await beginLaunch(server, run, { scope: "released" });
    await release(run);
    await release(run);
    const renewed = await server.gql(
      `mutation ($agent: String!, $ids: [ID!]!) { renewLeases(agent: $agent, attemptIds: $ids) }`,
      { agent: run.agent, ids: [run.attempt.id] },
    );
    expect(renewed).toEqual({ renewLeases: [] });
    expect((await claim(server, "unfit")).adopted).toEqual([]);
    const { adopted } = await claim(server, "next", { labels: ["released"] });
    expect(adopted).toMatchObject([{ begunVariant: 0, attempt: { id: run.attempt.id } }]);
    await expect(endAttempt(server, run.agent, run.attempt.id)).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
    });
    await endAttempt(server, "next", run.attempt.id);
  });

  it("is for the attempt's agent alone", async () => {
    const run = await claimedRun(server, "not its own");
    await expect(release({ ...run, agent: "somebody" })).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
    });
  });

  it("does not come back to an agent of the same name that does not fit", async () => {
    const run = await claimedRun(server, "two roles");
    await release(run);
    expect((await claim(server, run.agent)).adopted).toEqual([]);
    expect((await claim(server, run.agent, { labels: ["two roles"] })).adopted).toHaveLength(1);
  });
});

describe("claimWork of one run", () => {
  const only = (agent: string, flowRunId: string) => claim(server, agent, { flowRunId, limit: 1 });

  it("claims that run, whatever its labels, and adopts nothing else", async () => {
    const other = await claimedRun(server, "other");
    const version = await register(server, "named", { labels: ["named"] });
    const [runId] = await Promise.all([createRun(server, version), createRun(server, version)]);
    const { claimed, adopted } = await only(other.agent, runId);
    expect(claimed).toMatchObject([
      { flowRun: { id: runId, stateType: "Submitted" }, attempt: { number: 1 } },
    ]);
    expect(adopted).toEqual([]);
  });

  it("answers the claim again where its answer was lost, and to nobody else", async () => {
    const version = await register(server, "named twice", { labels: ["named twice"] });
    const runId = await createRun(server, version);
    const [first] = (await only("me", runId)).claimed;
    const again = await only("me", runId);
    expect(again.claimed).toEqual([]);
    expect(again.adopted).toMatchObject([
      { bootstrapToken: first.bootstrapToken, attempt: { id: first.attempt.id } },
    ]);
    await expect(only("you", runId)).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      message: expect.stringContaining('it is Submitted, and the agent "me" looks after it'),
    });
  });

  it("gives the run to one of many that name it at once", async () => {
    const runId = await createRun(server, await register(server, "named by many"));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => only(`named by ${index}`, runId)),
    );
    const won = outcomes.filter((outcome) => outcome.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const outcome of outcomes.filter((outcome) => outcome.status === "rejected"))
      expect(outcome.reason).toMatchObject({ code: "STATE_CONFLICT" });
  });

  it("says why it cannot be: not due, ended, not there", async () => {
    const version = await register(server, "unclaimable");
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const early = await createRun(server, version, { scheduledStartTime: startAt });
    await expect(only("early", early)).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      message: expect.stringContaining(`it is due at ${startAt}`),
    });
    await cancel(server, early);
    await expect(only("late", early)).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      message: expect.stringContaining("it is Cancelled"),
    });
    const nowhere = "01900000-0000-7000-8000-000000000000";
    await expect(only("lost", nowhere)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("takes up a run that its agent has given back", async () => {
    const run = await claimedRun(server, "named and released");
    await release(run);
    const { adopted } = await only("anybody", run.runId);
    expect(adopted).toMatchObject([{ attempt: { id: run.attempt.id, agentName: "anybody" } }]);
    expect((await endAttempt(server, "anybody", run.attempt.id)).endedAt).not.toBeNull();
  });
});
