import { setTimeout as sleep } from "node:timers/promises";
import { Flow, Parameter, task, unmapped } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { runFlow } from "./recorded-run.ts";

const one = task("one", () => 1);
const list = task("list", async () => [1, 2, 3]);
const boom = task("boom", () => {
  throw new Error("no luck");
});
const add = task("add", ({ a, b }: { a: number; b: number }) => a + b);
const double = task("double", ({ x }: { x: number }) => x * 2);
const odd = task("odd", ({ x }: { x: number }) => {
  if (x % 2 === 0) throw new Error(`${x} is even`);
  return x;
});
const sum = task("sum", ({ values }: { values: readonly number[] }) => {
  return values.reduce((total, value) => total + value, 0);
});
const after = task("after", () => "after");
const echo = task("echo", ({ it: value }: { it: unknown }) => value);

describe("a flow run", () => {
  it("runs tasks after their upstreams and reports each state in order", async () => {
    const flow = new Flow("f", {}, () => double({ x: add({ a: one(), b: 2 }) }));
    const { state, tasks, reporter } = await runFlow(flow);
    expect(reporter.taskStates).toEqual([
      "one Running",
      "one Success",
      "add Running",
      "add Success",
      "double Running",
      "double Success",
    ]);
    expect(reporter.flowStates.map(({ type, message }) => [type, message])).toEqual([
      ["Running", "Running flow."],
      ["Success", "All reference tasks succeeded."],
    ]);
    expect([state.type, tasks.get("double")?.value]).toEqual(["Success", 6]);
  });

  it("gives results and parameters to inputs, however deep they stand", async () => {
    const flow = new Flow("f", {}, ({ parameter }) => {
      const n = one();
      echo({ it: { a: [n, { b: parameter("p") }], when: new Date(0), twice: [n, n] } });
    });
    const { tasks } = await runFlow(flow, { parameters: { p: "given" } });
    expect(tasks.get("echo")?.value).toEqual({
      a: [1, { b: "given" }],
      when: new Date(0),
      twice: [1, 1],
    });
  });

  it("makes no task run of a parameter", async () => {
    const flow = new Flow("f");
    double.bind({ x: new Parameter("x", z.number()) }, { flow });
    const { reporter, tasks } = await runFlow(flow, { parameters: { x: 4 } });
    expect(reporter.taskStates).toEqual(["double Running", "double Success"]);
    expect(tasks.get("double")?.value).toBe(8);
  });

  it("succeeds without any task", async () => {
    expect((await runFlow(new Flow("empty"))).state.type).toBe("Success");
  });

  it("refuses a cycle before anything runs", async () => {
    const flow = new Flow("f");
    double.bind({ x: odd }, { flow });
    odd.bind({ x: double }, { flow });
    await expect(runFlow(flow)).rejects.toMatchObject({ code: "FLOW_CYCLE" });
  });
});

describe("a failing task", () => {
  it("fails with the error's message, logs its stack, and stops what is downstream", async () => {
    const flow = new Flow("f", {}, () => {
      double({ x: double({ x: boom() }) });
      one();
    });
    const { state, reporter } = await runFlow(flow);
    expect(state).toMatchObject({ type: "Failed", message: "Some reference tasks failed." });
    expect(Object.fromEntries(reporter.taskMessages)).toEqual({
      boom: "no luck",
      double: 'Trigger was "all_successful" but some of the upstream tasks failed: boom',
      "double-2": 'Trigger was "all_successful" but some of the upstream tasks failed: double',
      one: undefined,
    });
    expect(reporter.taskStates).toContain("double TriggerFailed");
    expect(reporter.logs).toEqual([
      expect.objectContaining({
        level: "error",
        task: { taskSlug: "boom", mapIndex: -1 },
        message: expect.stringMatching(/^Error: no luck\n\s+at .*flow-runner\.test\.ts/),
      }),
    ]);
  });

  it("stops what only runs after it", async () => {
    const flow = new Flow("f", {}, () => after({}, { upstreamTasks: [boom()] }));
    expect((await runFlow(flow)).reporter.taskStates).toContain("after TriggerFailed");
  });

  it("does not fail the flow where it is no reference task", async () => {
    const flow = new Flow("f");
    flow.addTask(boom);
    flow.setReferenceTasks([flow.addTask(one)]);
    expect((await runFlow(flow)).state.type).toBe("Success");
  });

  it("fails where its validator refuses the inputs", async () => {
    const strict = task("strict", { inputs: z.object({ n: z.number().max(2) }) }, ({ n }) => n);
    const flow = new Flow("f", {}, () => strict({ n: 3 }));
    const { reporter } = await runFlow(flow);
    expect(reporter.taskMessages.get("strict")).toMatch(/^Input n is refused: /);
  });

  it("logs the causes of an error too", async () => {
    const cause = task("cause", () => {
      throw new Error("outer", { cause: new Error("inner") });
    });
    const { reporter } = await runFlow(new Flow("f", {}, () => cause()));
    expect(reporter.logs[0]?.message).toMatch(/outer.*Caused by: Error: inner/s);
  });
});

describe("a mapped task", () => {
  it("runs once for each element and ends Mapped", async () => {
    const flow = new Flow("f", {}, () => sum({ values: double.map({ x: list() }) }));
    const { reporter, tasks } = await runFlow(flow, { concurrency: 1 });
    expect(reporter.taskStates).toEqual([
      "list Running",
      "list Success",
      "double Running",
      "double[0] Running",
      "double[0] Success",
      "double[1] Running",
      "double[1] Success",
      "double[2] Running",
      "double[2] Success",
      "double Mapped",
      "sum Running",
      "sum Success",
    ]);
    expect(tasks.get("double")).toMatchObject({ state: { children: 3 }, value: [2, 4, 6] });
    expect(tasks.get("sum")?.value).toBe(12);
  });

  const cases: [string, () => unknown, unknown][] = [
    ["zips its inputs, the shortest wins", () => add.map({ a: [1, 2, 3], b: [10, 20] }), [11, 22]],
    ["gives unmapped inputs whole", () => add.map({ a: list(), b: unmapped(one()) }), [2, 3, 4]],
    ["maps over Refs in an array", () => double.map({ x: [one(), 5] }), [2, 10]],
    ["maps over a mapped task", () => double.map({ x: double.map({ x: [1, 2] }) }), [4, 8]],
    ["makes nothing of an empty array", () => double.map({ x: [] }), []],
  ];
  it.each(cases)("%s", async (_rule, build, value) => {
    const { state, tasks } = await runFlow(new Flow("f", {}, build));
    expect([...tasks.values()].at(-1)).toMatchObject({ state: { type: "Mapped" }, value });
    expect(state.type).toBe("Success");
  });

  it("maps over a parameter", async () => {
    const flow = new Flow("f", {}, ({ parameter }) =>
      double.map({ x: parameter("years", z.array(z.number())) }),
    );
    const { tasks } = await runFlow(flow, { parameters: { years: [1, 2] } });
    expect(tasks.get("double")?.value).toEqual([2, 4]);
  });

  it.each([
    ["a text", "abc", "string"],
    ["null", null, "null"],
    ["an object", { length: 2 }, "object"],
  ])("fails over %s and says which input it is", async (_case, value, kind) => {
    const flow = new Flow("f", {}, ({ parameter }) =>
      double.map({ x: parameter("x", z.array(z.number())) }),
    );
    const { state, reporter } = await runFlow(flow, { parameters: { x: value } });
    expect(state.type).toBe("Failed");
    expect(reporter.taskMessages.get("double")).toBe(
      `Input "x" is mapped, but its value is no array (${kind}): give an array, or wrap it in unmapped(…)`,
    );
  });

  it("ends Mapped with failed children, and fails the flow that ends with it", async () => {
    const { state, tasks } = await runFlow(new Flow("f", {}, () => odd.map({ x: list() })));
    expect(tasks.get("odd")?.state.type).toBe("Mapped");
    expect(tasks.get("odd")?.value).toEqual([1, undefined, 3]);
    expect(state.type).toBe("Failed");
  });

  it("stops who needs all of its children, when one failed", async () => {
    const flow = new Flow("f", {}, () => sum({ values: odd.map({ x: list() }) }));
    const { reporter } = await runFlow(flow);
    expect(reporter.taskStates.at(-1)).toBe("sum TriggerFailed");
    expect(reporter.taskMessages.get("sum")).toMatch(/: odd\[1\]$/);
  });

  it("stops only the runs of the same index in a mapped task downstream", async () => {
    const flow = new Flow("f", {}, () => double.map({ x: odd.map({ x: list() }) }));
    const { tasks, reporter } = await runFlow(flow);
    expect(tasks.get("double")?.value).toEqual([2, undefined, 6]);
    expect(reporter.taskMessages.get("double[1]")).toMatch(/: odd\[1\]$/);
  });

  it("stops all runs where the mapped upstream is needed as a whole beside", async () => {
    const flow = new Flow("f", {}, () => {
      const odds = odd.map({ x: list() });
      double.map({ x: odds }, { upstreamTasks: [odds] });
    });
    expect((await runFlow(flow)).reporter.taskStates.at(-1)).toBe("double TriggerFailed");
  });

  it("names a few of many failed upstreams", async () => {
    const flow = new Flow("f", {}, () => sum({ values: odd.map({ x: Array(9).fill(2) }) }));
    const { reporter } = await runFlow(flow);
    expect(reporter.taskMessages.get("sum")).toMatch(
      /: odd\[0\], odd\[1\], odd\[2\], odd\[3\], odd\[4\] and 4 more$/,
    );
  });
});

describe("concurrency", () => {
  function counting() {
    const seen = { now: 0, most: 0 };
    const wait = task("wait", async (_inputs: { x: number }) => {
      seen.most = Math.max(seen.most, ++seen.now);
      await sleep(1);
      seen.now -= 1;
    });
    return { seen, wait };
  }

  it("runs no more tasks at once than allowed, mapped or not", async () => {
    const { seen, wait } = counting();
    const flow = new Flow("f", {}, () => {
      wait.map({ x: Array(20).fill(0) });
      for (let n = 0; n < 20; n++) wait({ x: n });
    });
    const { state } = await runFlow(flow, { concurrency: 3 });
    expect([state.type, seen.most]).toEqual(["Success", 3]);
  });

  it("lets timers have their turn in a flow that never waits", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const spin = task("spin", (_inputs: { x: number }) => {
      const until = performance.now() + 1;
      while (performance.now() < until);
    });
    await runFlow(new Flow("f", {}, () => spin.map({ x: Array(100).fill(0) })), { concurrency: 1 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
});

describe("stopping a run", () => {
  it("ends running tasks and the flow with the reason, and starts nothing more", async () => {
    const controller = new AbortController();
    const started: number[] = [];
    const hang = task("hang", async ({ x }: { x: number }, { signal }) => {
      started.push(x);
      if (x === 1) controller.abort(new Error("stopped by SIGTERM"));
      await sleep(5, undefined, { signal }).catch(() => undefined);
      return x;
    });
    const flow = new Flow("f", {}, () => sum({ values: hang.map({ x: [0, 1, 2, 3] }) }));
    const { state, reporter } = await runFlow(flow, { concurrency: 2, signal: controller.signal });
    const reported = [...reporter.taskStates];
    await sleep(20);
    expect(state).toMatchObject({ type: "Failed", message: "stopped by SIGTERM" });
    expect(started).toEqual([0, 1]);
    expect(reported.slice(-3).sort()).toEqual(["hang Failed", "hang[0] Failed", "hang[1] Failed"]);
    expect(reporter.taskStates).toEqual(reported);
  });

  it("runs nothing where it was stopped before", async () => {
    const signal = AbortSignal.abort(new Error("too late"));
    const { state, reporter } = await runFlow(new Flow("f", {}, () => one()), { signal });
    expect(state).toMatchObject({ type: "Failed", message: "too late" });
    expect(reporter.taskStates).toEqual([]);
  });
});

describe("a task's context", () => {
  it("names the run, the task, the element and the parameters", async () => {
    const seen: unknown[] = [];
    const look = task("look", (_inputs: { x: number }, { logger, signal, ...context }) => {
      seen.push(context, signal.aborted);
      logger.debug("a");
      logger.info("b");
      logger.warning("c");
      logger.error("d");
    });
    const { reporter } = await runFlow(new Flow("f", {}, () => look.map({ x: [0] })), {
      parameters: { p: 1 },
      now: () => new Date(0),
    });
    expect(seen).toEqual([
      {
        flowRunId: "run-1",
        flowRunName: "swift-otter",
        taskSlug: "look",
        mapIndex: 0,
        parameters: { p: 1 },
      },
      false,
    ]);
    const record = {
      timestamp: "1970-01-01T00:00:00.000Z",
      task: { taskSlug: "look", mapIndex: 0 },
    };
    expect(reporter.logs).toEqual([
      { ...record, level: "debug", message: "a" },
      { ...record, level: "info", message: "b" },
      { ...record, level: "warning", message: "c" },
      { ...record, level: "error", message: "d" },
    ]);
  });
});

describe("a task's result", () => {
  const context = { resultsDirectory: "/results", flowRunId: "run-1", parameters: { p: 1 } };

  it("is kept before the task succeeds, and its place stands in the state", async () => {
    const written: unknown[] = [];
    const result = {
      write: async (value: unknown, place: object) => {
        written.push(value, place);
        return { location: "/results/x.json" };
      },
    };
    const kept = task("kept", { result }, () => 5);
    const { tasks } = await runFlow(new Flow("f", {}, () => kept()), {
      resultsDirectory: "/results",
      parameters: { p: 1 },
    });
    expect(written).toEqual([5, { ...context, taskSlug: "kept", mapIndex: -1 }]);
    expect(tasks.get("kept")).toMatchObject({
      state: { type: "Success", result: { location: "/results/x.json" } },
      value: 5,
    });
  });

  it("fails the task where it cannot be kept", async () => {
    const write = async () => {
      throw new Error("disk full");
    };
    const kept = task("kept", { result: { write } }, () => 5);
    const { reporter } = await runFlow(new Flow("f", {}, () => kept()));
    expect(reporter.taskMessages.get("kept")).toBe("disk full");
  });
});
