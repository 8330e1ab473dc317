import type { FlowRunDetail } from "@slipway/client";
import { type Measurement, measure } from "./measure.ts";
import type { SuiteOptions } from "./suite.ts";
import { startSystem } from "./system.ts";

const RUNS = 10;

/** From asking for a run to its task, and to its end: server, agent and local Fargate in this process, the run in its own. */
export async function* launch({ versions }: SuiteOptions): AsyncGenerator<Measurement> {
  const system = await startSystem();
  const common = { system: "slipway", n: 1, runs: RUNS, versions };
  let id = "";
  try {
    yield await measure({
      ...common,
      workload: "createFlowRun to RunTask's answer",
      run: async () => {
        id = await system.create();
        await system.until(id, ({ attempts }) => attempts[0]?.infrastructure != null);
      },
      afterEach: () => system.until(id, succeeded),
    });
    yield await measure({
      ...common,
      workload: "createFlowRun to Success",
      run: async () => system.until(await system.create(), succeeded),
    });
  } finally {
    await system.close();
  }
}

function succeeded({ stateType }: FlowRunDetail): boolean {
  if (stateType === "Failed") throw new Error("The run failed");
  return stateType === "Success";
}
