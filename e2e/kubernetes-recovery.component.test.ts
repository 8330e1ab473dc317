// component: kubernetes registry
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { type RecordedRequest, waitFor } from "@slipway/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type KubernetesStack, startKubernetesStack } from "./kubernetes-stack.ts";

const JOB = `apiVersion: batch/v1
kind: Job
metadata: {name: steady}
spec:
  template:
    spec:
      containers:
      - name: flow
        env: [{name: WORKER, value: steady}]
`;

type Moment = "before" | "after";
type Cut = (request: RecordedRequest, moment: Moment) => Promise<boolean>;

/** What a test lets go wrong between the agent and the API server. */
let cut: Cut | undefined;
let stack: KubernetesStack;
let agent: ChildProcess;
beforeAll(async () => {
  const passage = (moment: Moment) => async (request: RecordedRequest) =>
    (await cut?.(request, moment)) ? "cut" : "pass";
  stack = await startKubernetesStack({
    onRequest: passage("before"),
    onAnswer: passage("after"),
  });
  const registered = await stack.registerJob(JOB);
  expect(registered.code, registered.stderr).toBe(0);
});
afterAll(() => stack.close());
beforeEach(() => {
  cut = undefined;
});

async function startAgent(): Promise<void> {
  agent = await stack.startAgent("--name", "one");
}

async function killAgent(): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  const ended = once(agent, "exit");
  agent.kill("SIGKILL");
  await ended;
}

const jobsOf = (id: string) => stack.list("jobs", `labelSelector=flow_run_id=${id}`);

/** The Jobs that the API server was asked to make for a run and took. */
function expectOneLaunch(id: string, attempts: readonly unknown[]): Promise<void> {
  expect(attempts).toHaveLength(1);
  return jobsOf(id).then((jobs) => expect(jobs).toHaveLength(1));
}

const BOUNDARIES = [
  { call: "the access review", method: "POST", path: /selfsubjectaccessreviews/ },
  { call: "create Secret", method: "POST", path: /\/secrets\b/ },
  { call: "create Job", method: "POST", path: /\/jobs\b/ },
  { call: "patch Secret", method: "PATCH", path: /\/secrets\// },
  { call: "list Jobs", method: "GET", path: /\/jobs\?(?!.*watch)/ },
  { call: "watch pods", method: "GET", path: /\/pods\?.*watch/ },
];
const KILLS = BOUNDARIES.flatMap((boundary) =>
  (["before", "after"] as const).map((moment) => ({ ...boundary, moment })),
);

describe("an agent that is killed", () => {
  it.each(KILLS)("$moment `$call`: the run ends right, with one Job", async (kill) => {
    const { method, path, moment } = kill;
    await startAgent();
    let killed = false;
    cut = async (request, at) => {
      if (killed) return true; // Nothing of the dead agent goes on its way.
      if (at !== moment || request.method !== method || !path.test(request.path)) return false;
      killed = true;
      await killAgent();
      return true;
    };
    const id = await stack.createRun("any job", { seconds: 2 });
    await waitFor(() => killed, { timeoutMs: 30_000, what: `the call ${kill.call}` });
    cut = undefined;
    await startAgent();
    const run = await stack.untilOver(id);
    expect(run.stateType).toBe("Success");
    await expectOneLaunch(id, run.attempts);
    await killAgent();
  });
});

describe("while a run goes on", () => {
  beforeAll(startAgent);
  afterAll(killAgent);

  it("answers of the API server may be lost", async () => {
    let lost = 0;
    cut = async ({ method, path }, moment) => {
      const asked = method === "POST" && /\/(secrets|jobs)\b/.test(path);
      if (!asked || moment !== "after" || lost >= 4) return false;
      lost += 1;
      return true;
    };
    const id = await stack.createRun("any job");
    const run = await stack.untilOver(id);
    expect(run.stateType).toBe("Success");
    await expectOneLaunch(id, run.attempts);
    expect(lost).toBe(4);
  });

  it("its watches may be cut, and refused for a while", async () => {
    const id = await stack.createRun("any job", { seconds: 4 });
    await stack.untilState(id, "Running");
    const end = Date.now() + 3_000;
    cut = async ({ path }) => path.includes("watch") && Date.now() < end;
    stack.cutWatches();
    const run = await stack.untilOver(id);
    expect(run.stateType).toBe("Success");
    await expectOneLaunch(id, run.attempts);
  });

  it("its pod may be deleted by hand, which its run says", async () => {
    const id = await stack.createRun("any job", { seconds: 120 });
    await stack.untilState(id, "Running");
    const [pod] = await stack.list("pods", `labelSelector=flow_run_id=${id}`);
    await stack.callKube(
      "DELETE",
      `/api/v1/namespaces/${stack.namespace}/pods/${pod?.metadata.name}`,
    );
    const run = await stack.untilOver(id, 60_000);
    expect(run).toMatchObject({ stateType: "Failed" });
    expect(run.attempts.at(-1)?.diagnosis).toMatchObject({ cause: "PodDeleted" });
    await expect.poll(() => podsOf(id), { timeout: 45_000 }).toEqual([]);
  });

  it("its Job may be deleted by hand, which its run says", async () => {
    const id = await stack.createRun("any job", { seconds: 120 });
    await stack.untilState(id, "Running");
    const [job] = await jobsOf(id);
    const path = `/apis/batch/v1/namespaces/${stack.namespace}/jobs/${job?.metadata.name}`;
    await stack.callKube("DELETE", `${path}?propagationPolicy=Background`);
    const run = await stack.untilOver(id, 60_000);
    expect(run).toMatchObject({ stateType: "Failed" });
    expect(run.attempts.at(-1)?.diagnosis).toMatchObject({ cause: "JobDeleted" });
    await expect.poll(() => podsOf(id), { timeout: 45_000 }).toEqual([]);
  });

  it("it may be cancelled, and nothing of it stays", async () => {
    const id = await stack.createRun("any job", { seconds: 120 });
    await stack.untilState(id, "Running");
    expect(await stack.cli("flow-runs", "cancel", id)).toMatchObject({ code: 0 });
    const run = await stack.untilOver(id, 90_000);
    expect(run.stateType).toBe("Cancelled");
    expect(await podsOf(id)).toEqual([]);
  });
});

const podsOf = (id: string) => stack.list("pods", `labelSelector=flow_run_id=${id}`);
