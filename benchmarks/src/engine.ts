import { Flow, task } from "slipway";
import { type Measurement, measure } from "./measure.ts";
import type { SuiteOptions } from "./suite.ts";

const SIZES = [1_000, 10_000];
const RUNS = 5;

const first = task("first", () => 0);
const next = task("next", ({ value }: { value: number }) => value + 1);
const numbers = task("numbers", ({ n }: { n: number }) => Array.from({ length: n }, (_, i) => i));

/** Flows of tasks that do nothing, in process: what is left is the engine's own cost for a task. */
export async function* engine({ peers, versions }: SuiteOptions): AsyncGenerator<Measurement> {
  for (const n of SIZES) {
    for (const [workload, flow] of [
      ["chain", chainOf(n)],
      ["map", mapOf(n)],
    ] as const) {
      yield measure({
        system: "slipway",
        workload,
        n,
        runs: RUNS,
        versions,
        run: () => finish(flow),
      });
    }
    if (peers) {
      yield measure({
        system: "plain awaits",
        workload: "chain",
        n,
        runs: RUNS,
        run: () => awaitAll(n),
      });
    }
  }
}

function chainOf(n: number): Flow {
  return new Flow(`chain of ${n}`, {}, () => {
    let value = first();
    for (let index = 1; index < n; index++) value = next({ value });
  });
}

function mapOf(n: number): Flow {
  return new Flow(`map over ${n}`, {}, () => {
    next.map({ value: numbers({ n }) });
  });
}

async function finish(flow: Flow): Promise<void> {
  const { state } = await flow.run();
  if (state.type !== "Success") throw new Error(`${flow.name} ended ${state.type}`);
}

/** The floor: the same number of asynchronous calls with nothing around them. */
async function awaitAll(n: number): Promise<void> {
  let value = 0;
  const call = async (given: number) => given + 1;
  for (let index = 0; index < n; index++) value = await call(value);
}
