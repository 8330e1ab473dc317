import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type FlowRunDetail, type SlipwayClient } from "@slipway/client";
import { startServer } from "@slipway/server";
import { waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { agentOf, causesOf, type Death, OneJob, startProcess } from "./one-job.ts";
import { STRUCTURE } from "./test-image.ts";

let folder: string;
let server: Awaited<ReturnType<typeof startServer>>;
let client: SlipwayClient;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-successors-"));
  server = await startServer({ host: "127.0.0.1", port: 0, dataDir: folder });
  client = createClient({ url: server.graphqlUrl });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function createRun(label: string): Promise<string> {
  const { flowVersion } = await client.registerFlow({
    project: "default",
    structure: { ...STRUCTURE, name: label },
    image: `registry.example/flows@sha256:${"a".repeat(64)}`,
    environmentType: "KubernetesJobEnvironment",
    labels: [label],
  });
  const parameters = { milliseconds: 0 };
  return (await client.createFlowRun({ flowVersionId: flowVersion.id, parameters })).id;
}

interface Story {
  readonly runId: string;
  readonly job: OneJob;
  readonly url: string;
  until(condition: (run: FlowRunDetail) => boolean): Promise<FlowRunDetail>;
}

/** Plays `story` with an agent that may die on the way; another one takes its place then. */
async function play(label: string, story: (parts: Story) => Promise<void>, death?: Death) {
  const runId = await createRun(label);
  const job = new OneJob();
  const url = server.graphqlUrl;
  const mortal = agentOf(url, label, job, death);
  await mortal.start();
  const heir = agentOf(url, label, job);
  // Dead or not by then: two agents of one name are never at work together.
  const inherited =
    death &&
    pause(400)
      .then(() => mortal.close())
      .then(() => heir.start());
  const until: Story["until"] = (condition) =>
    waitFor(
      async () => {
        const run = await client.flowRun(runId);
        return run !== null && condition(run) && run;
      },
      { timeoutMs: 25_000, what: `${label}: ${condition.toString()}` },
    );
  try {
    await story({ runId, job, url, until });
    await inherited;
    // A run and its attempts are read one after the other, so both have to be what they are to be.
    const run = await until(
      ({ attempts, stateType }) =>
        ["Success", "Cancelled"].includes(stateType) &&
        attempts.every(({ endedAt }) => endedAt !== null),
    );
    expect(job.launches).toBe(1);
    return { run, job };
  } finally {
    await inherited;
    await Promise.all([mortal.close(), heir.close()]);
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const isLaunched = (job: OneJob) => waitFor(() => job.bootstrapToken !== "", { timeoutMs: 25_000 });

/** The first process dies; the second one is there before the agent has told of it, and ends the run. */
async function diesOnce({ job, url }: Story) {
  await isLaunched(job);
  const first = await startProcess(url, job);
  await first("Running");
  job.die();
  const second = await startProcess(url, job);
  await expect(first("Success")).rejects.toMatchObject({ code: "ATTEMPT_SUPERSEDED" });
  await second("Running");
  await second("Success");
  job.complete();
}

/** The process says that the run has succeeded, and dies all the same. */
async function diesAfterSuccess({ job, url }: Story) {
  await isLaunched(job);
  const process = await startProcess(url, job);
  await process("Running");
  await process("Success");
  job.die();
}

/** Somebody cancels the run while its process dies. */
async function diesCancelled({ job, runId, url }: Story) {
  await isLaunched(job);
  const process = await startProcess(url, job);
  await process("Running");
  job.die();
  await client.cancelFlowRun(runId);
}

/** From the launch to the end of the second attempt. */
const calls = [3, 4, 5, 6, 7, 8, 9];
const deaths: readonly Death[] = calls.flatMap((call) => [
  { call, sent: false },
  { call, sent: true },
]);

describe("a run whose Job starts its process once more", () => {
  it("goes on in its next attempt, within a moment", async () => {
    const begun = performance.now();
    const { run, job } = await play("once", diesOnce);
    expect([run.stateType, causesOf(run.attempts)]).toEqual([
      "Success",
      ["OutOfMemory", "EssentialContainerExited"],
    ]);
    expect(job.deleted).toBe(false);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it("goes on so wherever its agent dies", async () => {
    const ended = await Promise.all(
      deaths.map((death) => play(`once ${death.call} ${death.sent}`, diesOnce, death)),
    );
    expect(ended.map(({ run }) => [run.stateType, ...causesOf(run.attempts)])).toEqual(
      deaths.map(() => ["Success", "OutOfMemory", "EssentialContainerExited"]),
    );
    expect(ended.map(({ job }) => job.deleted)).toEqual(deaths.map(() => false));
  }, 60_000);

  it("leaves nothing running where the run was over, wherever its agent dies", async () => {
    const ended = await Promise.all(
      deaths.map((death) => play(`over ${death.call} ${death.sent}`, diesAfterSuccess, death)),
    );
    expect(ended.map(({ run }) => [run.stateType, ...causesOf(run.attempts)])).toEqual(
      deaths.map(() => ["Success", "OutOfMemory"]),
    );
    expect(ended.map(({ job }) => job.deleted)).toEqual(deaths.map(() => true));
  }, 60_000);

  it("is Cancelled when what goes on was stopped, wherever its agent dies", async () => {
    const ended = await Promise.all(
      deaths.map((death) => play(`cancelled ${death.call} ${death.sent}`, diesCancelled, death)),
    );
    expect(ended.map(({ run }) => run.stateType)).toEqual(deaths.map(() => "Cancelled"));
    expect(ended.map(({ job }) => job.deleted)).toEqual(deaths.map(() => true));
  }, 60_000);
});
