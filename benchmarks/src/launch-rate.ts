import { setTimeout as sleep } from "node:timers/promises";
import type { FlowRunDetail } from "@slipway/client";
import { type Measurement, measure, summarise } from "./measure.ts";
import type { SuiteOptions } from "./suite.ts";
import { type System, startSystem } from "./system.ts";

/** Below what AWS allows in the long run, so that no call waits for its turn. */
const PACED = { runs: 200, perSecond: 15 };
/** Beyond what AWS allows at once: 100, and then 20 a second. */
const FLOOD = { runs: 300, atOnce: 100 };

/**
 * From an agent's claim to the arrival of RunTask at ECS, and how many of them arrive in a second. The tasks are
 * accepted and never start, so that nothing but launching is measured.
 */
export async function* launchRate({ versions, peers }: SuiteOptions): AsyncGenerator<Measurement> {
  const script = { failures: [{ task: "capacity-provider", after: "1h", every: 1 }] };
  const system = await startSystem({ script });
  const common = { system: "slipway", runs: 1, versions };
  try {
    await launched(system, [await system.create()]);
    const latencies = await launched(system, await pacedRuns(system));
    for (const share of [0.5, 0.95, 0.99]) {
      const workload = `claim to RunTask, p${share * 100}, ${PACED.perSecond} runs/s`;
      yield summarise({ ...common, workload, n: 1 }, [at(latencies, share)]);
    }
    const ids = await Promise.all(Array.from({ length: FLOOD.runs }, () => system.create()));
    await launched(system, ids);
    const after = arrivals(system, ids).slice(FLOOD.atOnce);
    const workload = `launches beyond the first ${FLOOD.atOnce} (AWS allows 20/s)`;
    const elapsed = (after.at(-1) ?? 0) - (after[0] ?? 0);
    yield summarise({ ...common, workload, n: after.length - 1 }, [elapsed]);
    if (peers) yield await bareCalls(system, versions);
  } finally {
    await system.close();
  }
}

/** The floor: the AWS SDK's own call with the last input, with nothing around it, to the same endpoint. */
async function bareCalls({ ecs }: System, versions: SuiteOptions["versions"]) {
  const { ECSClient, RunTaskCommand } = await import("@aws-sdk/client-ecs");
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new ECSClient({ endpoint: ecs.url, region: "us-east-1", credentials });
  const last = ecs.requests.findLast(({ headers }) =>
    String(headers["x-amz-target"]).endsWith(".RunTask"),
  );
  const { clientToken: _, ...input } = JSON.parse(last?.body ?? "{}");
  return measure({
    system: "@aws-sdk/client-ecs",
    workload: "RunTask alone, one after the other",
    n: 1,
    runs: PACED.runs,
    versions,
    run: () => client.send(new RunTaskCommand(input)),
  });
}

async function pacedRuns(system: System): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < PACED.runs; index++) {
    ids.push(await system.create());
    await sleep(1000 / PACED.perSecond);
  }
  return ids;
}

/** Milliseconds from each run's claim to the arrival of its RunTask, ascending. */
async function launched(system: System, ids: readonly string[]): Promise<readonly number[]> {
  const runs: FlowRunDetail[] = [];
  for (const id of ids) {
    await system.until(id, (run) => {
      if (run.attempts[0]?.infrastructure == null) return false;
      runs.push(run);
      return true;
    });
  }
  const arrived = byRun(system);
  return runs
    .map(({ id, attempts }) => (arrived.get(id) ?? 0) - Date.parse(attempts[0]?.createdAt ?? ""))
    .sort((a, b) => a - b);
}

function arrivals(system: System, ids: readonly string[]): readonly number[] {
  const arrived = byRun(system);
  return ids.map((id) => arrived.get(id) ?? 0).sort((a, b) => a - b);
}

/** When each run's RunTask arrived; its tag names the run. */
function byRun({ ecs }: System): ReadonlyMap<string, number> {
  const calls = ecs.requests.filter(({ headers }) =>
    String(headers["x-amz-target"]).endsWith(".RunTask"),
  );
  return new Map(
    calls.flatMap(({ body, receivedAt }) => {
      const id = /"key":"flow_run_id","value":"([^"]+)"/.exec(body)?.[1];
      return id === undefined ? [] : [[id, receivedAt] as const];
    }),
  );
}

function at(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? 0;
}
