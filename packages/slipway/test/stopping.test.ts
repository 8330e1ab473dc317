import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FlowBundle } from "@slipway/storage/build";
import { waitFor } from "@slipway/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { bundleTestFlow, type FlowProcess, startBundle } from "./flow-process.ts";
import { type RecordingApi, type RecordingApiOptions, startRecordingApi } from "./recording-api.ts";

const FLOWS = {
  stoppable: new URL("./flows/stoppable.ts", import.meta.url),
  slow: new URL("./flows/slow.ts", import.meta.url),
  brief: new URL("./flows/brief.ts", import.meta.url),
  stuck: new URL("./flows/stuck.ts", import.meta.url),
  greeting: new URL("./flows/greeting.ts", import.meta.url),
  forlorn: new URL("./flows/forlorn.ts", import.meta.url),
};
type Name = keyof typeof FLOWS;

const bundles = new Map<string, FlowBundle>();
let folder: string;
let api: RecordingApi;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-stopping-"));
  for (const [name, file] of Object.entries(FLOWS)) bundles.set(name, await bundleTestFlow(file));
});
afterEach(() => api.close());
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  for (const bundle of bundles.values()) await bundle.remove();
});

async function start(name: Name, options: RecordingApiOptions = {}): Promise<FlowProcess> {
  api = await startRecordingApi(options);
  const bundle = bundles.get(name);
  if (bundle === undefined) throw new Error(`${name} is not bundled`);
  return startBundle(bundle, undefined, {
    SLIPWAY__CLOUD__GRAPHQL: api.url,
    SLIPWAY__CLOUD__AUTH_TOKEN: "slb_once",
    SLIPWAY__CONTEXT__FLOW_RUN_ID: "run-1",
    SLIPWAY__RESULTS__DIRECTORY: folder,
  });
}

async function untilPrinted({ output }: FlowProcess, text: string): Promise<void> {
  await waitFor(() => output().includes(text), { timeoutMs: 20_000 });
}

/** `slug State` and `flow State`, in the order in which they came. */
function states(): string[] {
  return api.events.flatMap(({ flowRunState, taskRunState }) => {
    if (flowRunState) return [`flow ${flowRunState.type}`];
    return taskRunState ? [`${taskRunState.taskSlug} ${taskRunState.state.type}`] : [];
  });
}

function messages(): string[] {
  return api.events.flatMap(({ log }) => (log ? [log.message] : []));
}

describe("a run that is cancelled", () => {
  it("stops its tasks, ends Cancelled, and the process ends with 0", async () => {
    const flow = await start("stoppable");
    await untilPrinted(flow, "heeding waits");
    api.cancel();
    expect(await flow.ended).toBe(0);
    expect(states()).toEqual([
      "flow Running",
      "heeding Running",
      "obedient Running",
      "next Cancelled",
      "heeding Cancelled",
      "obedient Cancelled",
      "flow Cancelled",
    ]);
    expect(api.events.at(-1)?.flowRunState?.message).toBe("Cancelled on request.");
    expect(messages()).toEqual(["heeding waits", "heeding has saved what it had"]);
  });

  it("does not wait for ever for a task that takes no notice", async () => {
    const flow = await start("slow");
    await untilPrinted(flow, "waiting");
    api.cancel();
    const asked = performance.now();
    expect(await flow.ended).toBe(0);
    // Three seconds until it is heard, five for the task.
    expect(performance.now() - asked).toBeLessThan(30_000);
    expect(states().slice(-2)).toEqual(["wait Cancelled", "flow Cancelled"]);
  });

  it("ends at once, and still Cancelled, where SIGTERM follows", async () => {
    const flow = await start("slow");
    await untilPrinted(flow, "waiting");
    api.cancel();
    const heartbeats = api.tokens.length;
    await waitFor(() => api.tokens.length > heartbeats, { timeoutMs: 10_000 });
    flow.child.kill("SIGTERM");
    expect(await flow.ended).toBe(0);
    expect(states().slice(-2)).toEqual(["wait Cancelled", "flow Cancelled"]);
  });

  it("ends Cancelled where it hears of it only after SIGTERM", async () => {
    const flow = await start("stoppable");
    await untilPrinted(flow, "heeding waits");
    api.cancel();
    flow.child.kill("SIGTERM");
    expect(await flow.ended).toBe(0);
    expect(states().at(-1)).toBe("flow Cancelled");
  });

  it("ends Cancelled while its file is being loaded", async () => {
    const flow = await start("stuck");
    await untilPrinted(flow, "loading");
    api.cancel();
    expect(await flow.ended).toBe(0);
    expect(states()).toEqual(["flow Cancelled"]);
  });
});

describe.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)("a process that gets %s", (signal, exitCode) => {
  it("leaves the run and its running tasks as they are, starts no other, and says so", async () => {
    const flow = await start("stoppable");
    await untilPrinted(flow, "heeding waits");
    flow.child.kill(signal);
    expect(await flow.ended).toBe(exitCode);
    expect(states()).toEqual(["flow Running", "heeding Running", "obedient Running"]);
    expect(messages()).toEqual([
      "heeding waits",
      `the process was told to stop by ${signal}: no further task starts here, and the run is left to its agent`,
      "heeding has saved what it had",
    ]);
  });
});

describe("a process that gets SIGTERM", () => {
  it("does not wait for ever for a task that takes no notice", async () => {
    const flow = await start("slow");
    await untilPrinted(flow, "waiting");
    const signalled = performance.now();
    flow.child.kill("SIGTERM");
    expect(await flow.ended).toBe(143);
    expect(performance.now() - signalled).toBeLessThan(30_000);
    expect(states()).toEqual(["flow Running", "wait Running"]);
  });

  it("reports the run's end where the last task ends in time, knowing of no stop", async () => {
    const flow = await start("brief");
    await untilPrinted(flow, "brief begins");
    flow.child.kill("SIGTERM");
    expect(await flow.ended).toBe(0);
    expect(states().slice(-2)).toEqual(["brief Success", "flow Success"]);
  });

  it("leaves the run as it is while its file is being loaded", async () => {
    const flow = await start("stuck");
    await untilPrinted(flow, "loading");
    flow.child.kill("SIGTERM");
    expect(await flow.ended).toBe(143);
    expect(states()).toEqual([]);
    expect(messages()).toEqual([expect.stringContaining("told to stop by SIGTERM")]);
  });

  it("ends before it has started where the server does not answer", async () => {
    const flow = await start("slow", { silent: true });
    await waitFor(() => api.tokens.length > 0, { timeoutMs: 20_000 });
    flow.child.kill("SIGTERM");
    expect(await flow.ended).toBe(143);
    expect(flow.output()).toBe(
      "Flow run run-1 cannot report: the process was told to stop by SIGTERM\n",
    );
  });
});

describe("a run that waits for what never happens", () => {
  it("ends Failed and says so, since the process has nothing left to do", async () => {
    const flow = await start("forlorn");
    expect(await flow.ended).toBe(0);
    expect(states().slice(-2)).toEqual(["forlorn Failed", "flow Failed"]);
    expect(api.events.at(-1)?.flowRunState?.message).toContain("a promise that never settles");
  });
});

describe("what a container's process says of itself", () => {
  it("is each step of its start, once and in order", async () => {
    const flow = await start("greeting", { parameters: { times: 1 } });
    await flow.ended;
    expect(api.steps.map(([step]) => step)).toEqual([
      "processStartedAt",
      "bootedAt",
      "checkedInAt",
      "importedAt",
      "firstTaskAt",
    ]);
    const times = api.steps.map(([, time]) => time);
    expect(times).toEqual([...times].sort());
    expect(times.every((time) => new Date(time).toISOString() === time)).toBe(true);
  });

  it("is what it used, and no token", async () => {
    const flow = await start("greeting", { parameters: { times: 1 } });
    await flow.ended;
    expect(api.usage()?.memoryPeakMiB).toBeGreaterThan(20);
    expect(api.usage()?.memoryPeakMiB).toBeLessThan(1_000);
    expect(api.usage()?.samples).toBeGreaterThan(0);
    expect(flow.output()).not.toMatch(/sl[br]_/);
  });
});

describe("the swap of the token", () => {
  it("is said again with the same token of its own where the answer is lost", async () => {
    const flow = await start("greeting", { parameters: { times: 1 }, loseFirstSwap: true });
    expect(await flow.ended).toBe(0);
    const [first, second] = api.askedTokens;
    expect(first).toMatch(/^slr_[\w-]{43}$/);
    expect(second).toBe(first);
    expect(api.tokens.at(-1)).toBe(`recordRun Bearer ${first}`);
  });
});
