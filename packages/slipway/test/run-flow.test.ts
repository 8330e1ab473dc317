import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FlowBundle } from "@slipway/storage/build";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { bundleTestFlow, startBundle } from "./flow-process.ts";
import { type RecordingApi, type RecordingApiOptions, startRecordingApi } from "./recording-api.ts";

const FLOWS = {
  greeting: new URL("./flows/greeting.ts", import.meta.url),
  slow: new URL("./flows/slow.ts", import.meta.url),
  failing: new URL("./flows/failing.ts", import.meta.url),
  broken: new URL("./flows/broken.ts", import.meta.url),
  stray: new URL("./flows/stray.ts", import.meta.url),
  strayNull: new URL("./flows/stray-null.ts", import.meta.url),
  cycle: new URL("./flows/cycle.ts", import.meta.url),
  forlorn: new URL("./flows/forlorn.ts", import.meta.url),
};
type Name = keyof typeof FLOWS;

const bundles = new Map<string, FlowBundle>();
let results: string;

beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), "slipway-run-flow-"));
  for (const [name, file] of Object.entries(FLOWS)) bundles.set(name, await bundleTestFlow(file));
});
afterAll(async () => {
  await rm(results, { recursive: true, force: true });
  for (const bundle of bundles.values()) await bundle.remove();
});

function bundleOf(name: Name): FlowBundle {
  const bundle = bundles.get(name);
  if (bundle === undefined) throw new Error(`${name} is not bundled`);
  return bundle;
}

describe("describe", () => {
  it("tells structure, environment, storage and labels", async () => {
    const { messages, ended } = startBundle(bundleOf("greeting"), "describe");
    expect(await ended).toBe(0);
    expect(messages).toEqual([
      {
        kind: "description",
        description: expect.objectContaining({
          structure: expect.objectContaining({
            name: "Greeting",
            referenceTasks: ["output-value"],
          }),
          environment: expect.objectContaining({ type: "KubernetesJobEnvironment" }),
          storage: expect.objectContaining({ type: "Docker" }),
          labels: ["gpu"],
        }),
      },
    ]);
  });

  it("tells the author's error with the author's stack", async () => {
    const { messages, ended } = startBundle(bundleOf("broken"), "describe");
    expect(await ended).toBe(2);
    expect(messages).toEqual([
      expect.objectContaining({
        kind: "error",
        code: "FLOW_FILE_FAILED",
        message: "The flow file failed while it was loaded: the table is not there",
        stack: expect.stringMatching(
          /^TypeError: the table is not there\n\s+at readTable .*broken\.ts:4/,
        ),
      }),
    ]);
  });

  it("tells what is wrong with the wiring", async () => {
    const { messages, ended } = startBundle(bundleOf("cycle"), "describe");
    expect(await ended).toBe(2);
    expect(messages).toEqual([expect.objectContaining({ kind: "error", code: "FLOW_CYCLE" })]);
  });
});

describe("run", () => {
  it("runs with the parent's parameters and tells states and logs in order", async () => {
    const { child, messages, output, ended } = startBundle(bundleOf("greeting"), "run", {
      SLIPWAY__RESULTS__DIRECTORY: results,
    });
    child.send({ parameters: { times: 2 } });
    expect(await ended).toBe(0);
    expect(messages.map(summarise)).toEqual([
      "flow Running",
      "get-value Running",
      "get-value Success",
      "output-value Running",
      "output-value info value Example!",
      "output-value error careful",
      "output-value info repeated",
      "output-value Success",
      "flow Success",
    ]);
    expect(output()).toBe("the flow file is loaded, token undefined\n");
  });

  it("tells of a parameter that is refused, and runs nothing", async () => {
    const { child, messages, ended } = startBundle(bundleOf("greeting"), "run");
    child.send({ parameters: { times: "2" } });
    expect(await ended).toBe(2);
    expect(messages).toEqual([
      expect.objectContaining({
        kind: "error",
        code: "INVALID_PARAMETER",
        details: expect.objectContaining({ path: "parameters.times", given: "2" }),
      }),
    ]);
  });

  it("ends the run when a signal stops it", async () => {
    const { child, messages, ended } = startBundle(bundleOf("slow"), "run");
    child.send({ parameters: {} });
    await vi.waitFor(() => expect(messages.map(summarise)).toContain("wait info waiting"), 10_000);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(messages.slice(-2).map(summarise)).toEqual(["wait Failed", "flow Failed"]);
  });

  it("ends the run where it waits for what never happens", async () => {
    const { child, messages, ended } = startBundle(bundleOf("forlorn"), "run");
    child.send({ parameters: {} });
    expect(await ended).toBe(0);
    expect(messages.slice(-2).map(summarise)).toEqual(["forlorn Failed", "flow Failed"]);
  });
});

describe("a container's run", () => {
  let api: RecordingApi;
  afterEach(() => api.close());

  async function start(
    name: Name,
    options: RecordingApiOptions = {},
    more: Record<string, string> = {},
  ) {
    api = await startRecordingApi(options);
    return startBundle(bundleOf(name), undefined, {
      SLIPWAY__CLOUD__GRAPHQL: api.url,
      SLIPWAY__CLOUD__AUTH_TOKEN: "slb_once",
      SLIPWAY__CONTEXT__FLOW_RUN_ID: "run-1",
      SLIPWAY__RESULTS__DIRECTORY: results,
      ...more,
    });
  }

  it("swaps its token, reports all that happens, and prints it too", async () => {
    const { ended, output } = await start("greeting", { parameters: { times: 3 } });
    expect(await ended).toBe(0);
    expect(new Set(api.tokens)).toEqual(
      new Set(["startRun Bearer slb_once", `recordRun Bearer ${api.askedTokens[0]}`]),
    );
    expect(
      api.events.map(({ flowRunState, taskRunState, log }) => {
        if (flowRunState) return `flow ${flowRunState.type}`;
        return taskRunState
          ? `${taskRunState.taskSlug} ${taskRunState.state.type}`
          : `${log?.taskSlug} ${log?.level} ${log?.message}`;
      }),
    ).toEqual([
      "flow Running",
      "get-value Running",
      "get-value Success",
      "output-value Running",
      "output-value info value Example!",
      "output-value error careful",
      "output-value info repeated",
      "output-value Success",
      "flow Success",
    ]);
    expect(output()).toMatch(/^value Example!$/m);
    expect(output()).toMatch(/INFO {5}output-value \| repeated$/m);
    expect(await readFile(join(results, "run-1.txt"), "utf8")).toBe("Example!".repeat(3));
  });

  it("hides the token from the author's code", async () => {
    const { ended, output } = await start("greeting", { parameters: { times: 1 } });
    await ended;
    expect(output()).toContain("the flow file is loaded, token undefined");
  });

  it("ends 0 although the flow failed", async () => {
    const { ended } = await start("failing");
    expect(await ended).toBe(0);
    expect(lastState()).toMatchObject({ type: "Failed", message: "Some reference tasks failed." });
  });

  it.each<[string, Name, object, string]>([
    [
      "the flow file fails",
      "broken",
      {},
      "The flow file failed while it was loaded: the table is not there",
    ],
    ["the wiring is wrong", "cycle", {}, "The tasks wait for each other in a circle"],
    ["a parameter is missing", "greeting", {}, 'no value for the required parameter "times"'],
  ])("ends the run Failed where %s", async (_case, name, parameters, message) => {
    const { ended } = await start(name, { parameters });
    expect(await ended).toBe(0);
    expect(lastState()).toMatchObject({
      type: "Failed",
      message: expect.stringContaining(message),
    });
  });

  it("logs the author's stack where the flow file fails", async () => {
    const { ended } = await start("broken");
    await ended;
    expect(api.events.at(0)?.log?.message).toMatch(
      /^The flow file failed .* is not there\nTypeError: the table is not there\n\s+at readTable /,
    );
  });

  it("ends the run Failed where an error is caught by nobody", async () => {
    const { ended } = await start("stray");
    expect(await ended).toBe(0);
    expect(lastState()).toMatchObject({
      type: "Failed",
      message: "uncaught error: nobody waits for me",
    });
  });

  it("reports even that null was thrown", async () => {
    const { ended } = await start("strayNull");
    expect(await ended).toBe(0);
    expect(lastState()).toMatchObject({ type: "Failed", message: "uncaught error: null" });
  });

  it("stops with 1 when a newer attempt has the run", async () => {
    const { ended, output } = await start("slow", { refuse: "ATTEMPT_SUPERSEDED" });
    expect(await ended).toBe(1);
    expect(output()).toContain("Flow run run-1 cannot report: a newer attempt has the run");
  });

  describe("whose token is refused", () => {
    const IN_A_POD = { SLIPWAY__CONTEXT__NAMESPACE: "default" };
    const used = { code: "UNAUTHENTICATED", details: { attemptId: "a" } };
    const superseded = { code: "ATTEMPT_SUPERSEDED", details: {} };
    const strange = { code: "UNAUTHENTICATED", details: {} };

    it.each([
      ["used", used],
      ["superseded", superseded],
    ])(
      "asks again in a pod while it is %s, which may be there before its attempt is",
      async (_, refused) => {
        const { ended } = await start(
          "failing",
          { refuseSwaps: { count: 2, ...refused } },
          IN_A_POD,
        );
        expect(await ended).toBe(0);
        expect(api.askedTokens).toHaveLength(3);
        expect(new Set(api.askedTokens).size).toBe(1);
        expect(lastState()).toMatchObject({ type: "Failed" });
      },
    );

    it.each([
      ["elsewhere", used, {}],
      ["in a pod of another server", strange, IN_A_POD],
    ])("ends at once %s, and runs nothing", async (_, refused, variables) => {
      const { ended, output } = await start(
        "failing",
        { refuseSwaps: { count: 9, ...refused } },
        variables,
      );
      expect(await ended).toBe(1);
      expect(output()).toBe("Flow run run-1 cannot report: the token is refused\n");
      expect([api.askedTokens.length, api.events]).toEqual([1, []]);
    });

    it("ends at a signal while it waits, and runs nothing", async () => {
      const refuseSwaps = { count: 99, ...used };
      const { child, ended } = await start("failing", { refuseSwaps }, IN_A_POD);
      await vi.waitFor(() => expect(api.askedTokens).toHaveLength(1), 10_000);
      const told = performance.now();
      child.kill("SIGTERM");
      expect(await ended).toBe(143);
      expect(performance.now() - told).toBeLessThan(900);
      expect(api.events).toEqual([]);
    });
  });

  function lastState() {
    return api.events.at(-1)?.flowRunState;
  }
});

describe("a bundle that cannot know what to do", () => {
  it.each([
    [undefined, {}, 2, "SLIPWAY__CLOUD__GRAPHQL is not set"],
    ["fly" as "run", {}, 2, 'no command "fly"'],
  ])("says so: %s", async (command, variables, exitCode, message) => {
    const { ended, output } = startBundle(bundleOf("failing"), command, variables);
    expect(await ended).toBe(exitCode);
    expect(output()).toContain(message);
  });
});

type Message = ReturnType<typeof startBundle>["messages"][number];

function summarise(message: Message): string {
  if (message.kind === "flowRunState") return `flow ${message.state.type}`;
  if (message.kind === "taskRunState") return `${message.task.taskSlug} ${message.state.type}`;
  if (message.kind !== "log") return message.kind;
  const { task, level, message: text } = message.record;
  return `${task?.taskSlug} ${level} ${text}`;
}
