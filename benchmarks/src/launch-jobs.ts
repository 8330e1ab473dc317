import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type SlipwayClient } from "@slipway/client";
import {
  type RecordingProxy,
  startKubeForwarder,
  startRecordingProxy,
  startStandInKubelet,
} from "@slipway/testing";
import { type Measurement, summarise } from "./measure.ts";
import { endParts, type Part, registerFlow, startPart, until } from "./parts.ts";
import type { SuiteOptions } from "./suite.ts";

const RUNS = 1_000;
const NODE = "stand-in";

/**
 * A thousand Jobs at once through one agent, on the real control plane whose kubeconfig is in the environment. A
 * stand-in kubelet takes the place of the containers: its runs check in, say Success, and exit with 0.
 */
export async function* launchJobs({ versions }: SuiteOptions): AsyncGenerator<Measurement> {
  const { SLIPWAY_TEST_KUBECONFIG: kubeconfig } = process.env;
  if (kubeconfig === undefined) throw new Error("SLIPWAY_TEST_KUBECONFIG is not set");
  const home = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  const parts: Part[] = [];
  const forwarder = await startKubeForwarder(kubeconfig);
  const kube = await startRecordingProxy({ target: forwarder.url });
  const kubelet = await startStandInKubelet({ url: forwarder.url, nodeName: NODE, run: checkIn });
  try {
    const namespace = await makeNamespace(forwarder.url);
    const server = await startPart(home, ["server", "start", "--port", "0"], parts);
    const graphql = `${server}/graphql`;
    const client = createClient({ url: graphql });
    const flowVersionId = await registerFlow(client, join(home, "images"), "job.ts");
    const agentHome = join(home, "kubeconfig.json");
    await writeFile(agentHome, JSON.stringify(configurationOf(kube.url, namespace)));
    const ids = await createRuns(client, flowVersionId);
    const start = Date.now();
    await startPart(home, ["agent", "start", "--name", "bench", "--api", graphql], parts, {
      KUBECONFIG: agentHome,
    });
    const peak = watchMemory(parts.at(-1)?.pid ?? 0);
    const runs = await Promise.all(
      ids.map((id) => until(client, id, ({ attempts }) => attempts.at(-1)?.endedAt != null, 1_000)),
    );
    const ended = Date.now();
    const common = { system: "slipway", runs: 1, versions, n: RUNS };
    const created = launches(kube);
    yield summarise({ ...common, workload: "Jobs: first to last create Job" }, [
      Math.max(...created.values()) - Math.min(...created.values()),
    ]);
    yield summarise({ ...common, workload: "Jobs: agent's start to the last end" }, [
      ended - start,
    ]);
    const lags = runs.map(({ endTime, attempts }) => lagOf(endTime, attempts.at(-1)?.endedAt));
    lags.sort((a, b) => a - b);
    const lag = lags[Math.floor(lags.length / 2)] ?? 0;
    yield summarise({ ...common, n: 1, workload: "Jobs: run's last word to its attempt's end" }, [
      lag,
    ]);
    const failed = runs.filter(({ stateType }) => stateType !== "Success").length;
    const twice = runs.filter(({ attempts }) => attempts.length !== 1).length;
    console.error(
      `${created.size} of ${RUNS} launched, ${doubles(kube)} twice, ${failed} not successful, ${twice} with more attempts; ` +
        `agent's memory ${await peak.stop()} MB at most; API calls: ${callsOf(kube)}`,
    );
  } finally {
    await endParts(parts);
    await kubelet.close();
    await kube.close();
    await forwarder.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** What the process of a run does, without the process. */
async function checkIn(env: Readonly<Record<string, string>>): Promise<number> {
  const url = env["SLIPWAY__CLOUD__GRAPHQL"] ?? "";
  const bootstrap = createClient({ url, apiKey: env["SLIPWAY__CLOUD__AUTH_TOKEN"] ?? "" });
  const { runToken } = await bootstrap.startRun();
  const client = createClient({ url, apiKey: runToken });
  const timestamp = new Date().toISOString();
  const events = (["Running", "Success"] as const).map((type) => ({
    flowRunState: { type, timestamp },
  }));
  await client.recordRun({ firstSequence: 0, events });
  return 0;
}

async function createRuns(client: SlipwayClient, flowVersionId: string) {
  const runs = await Promise.all(
    Array.from({ length: RUNS }, () => client.createFlowRun({ flowVersionId })),
  );
  return runs.map(({ id }) => id);
}

/** When each run's Job arrived at the API server first. */
function launches(kube: RecordingProxy): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { run, at } of jobCalls(kube)) if (!first.has(run)) first.set(run, at);
  return first;
}

function doubles(kube: RecordingProxy): number {
  const calls = jobCalls(kube);
  return calls.length - new Set(calls.map(({ run }) => run)).size;
}

function jobCalls({ requests }: RecordingProxy) {
  return requests
    .filter(({ method, path }) => method === "POST" && /\/jobs\b/.test(path))
    .map(({ body, receivedAt }) => ({
      run: /"flow_run_id":"([^"]+)"/.exec(body)?.[1] ?? "",
      at: receivedAt,
    }));
}

/** How often each call was made, for example `POST jobs 1000`. */
function callsOf({ requests }: RecordingProxy): string {
  const counts = new Map<string, number>();
  for (const { method, path } of requests) {
    const [place = "", query = ""] = path.split("?");
    const resource = /\/(namespaces\/[^/]+\/)?([a-z]+)(\/[^/]+)?$/.exec(place)?.[2] ?? place;
    const verb = query.includes("watch=") ? "WATCH" : method;
    const name = `${verb} ${resource}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name} ${count}`).join(", ");
}

function lagOf(end: string | null, ended: string | null | undefined): number {
  return Date.parse(ended ?? "") - Date.parse(end ?? "");
}

/** The most resident memory that a process had, looked at twice a second. */
function watchMemory(pid: number) {
  let most = 0;
  const look = async () => {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    most = Math.max(most, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  };
  const timer = setInterval(() => void look(), 500);
  return {
    stop: async () => {
      clearInterval(timer);
      await look();
      return Math.round(most);
    },
  };
}

async function makeNamespace(url: string): Promise<string> {
  const name = `slipway-bench-${process.pid}`;
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  await fetch(`${url}/api/v1/namespaces`, { method: "POST", headers, body });
  const account = `${url}/api/v1/namespaces/${name}/serviceaccounts/default`;
  while (!(await fetch(account)).ok) await new Promise((resolve) => setTimeout(resolve, 100));
  return name;
}

function configurationOf(server: string, namespace: string) {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "bench",
    clusters: [{ name: "bench", cluster: { server } }],
    contexts: [{ name: "bench", context: { cluster: "bench", user: "bench", namespace } }],
    users: [{ name: "bench", user: {} }],
  };
}
