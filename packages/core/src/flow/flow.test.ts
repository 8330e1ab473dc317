import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Edge, Flow, isFlow, Parameter, serializeFlow, task, unmapped } from "../index.ts";

const extract = task("extract", () => [1, 2]);
const transform = task("transform", ({ x }: { x: number }) => x + 1);
const load = task("Load it!", ({ rows }: { rows: readonly number[] }) => rows.length);
const scale = task("scale", ({ x, by }: { x: number; by: number }) => x * by);

function slugs(flow: Flow): string[] {
  return flow.tasks.map((each) => each.slug);
}

function refused(code: string, message: string | RegExp, details: object = {}) {
  const text =
    typeof message === "string" ? expect.stringContaining(message) : expect.stringMatching(message);
  return expect.objectContaining({
    code,
    message: text,
    details: expect.objectContaining(details),
  });
}

describe("a flow's builder", () => {
  it("adds a copy of each task that is called, and the edges of its inputs", () => {
    const flow = new Flow("etl", {}, () => {
      const rows = extract();
      load({ rows: [transform({ x: 1 }), transform({ x: 2 })] });
      load({ rows }, { upstreamTasks: [rows] });
    });
    expect(slugs(flow)).toEqual(["extract", "transform", "transform-2", "load-it", "load-it-2"]);
    expect(flow.edges).toEqual([
      {
        upstream: "transform",
        downstream: "load-it",
        key: "rows",
        mapped: false,
        flattened: false,
      },
      {
        upstream: "transform-2",
        downstream: "load-it",
        key: "rows",
        mapped: false,
        flattened: false,
      },
      { upstream: "extract", downstream: "load-it-2", mapped: false, flattened: false },
      {
        upstream: "extract",
        downstream: "load-it-2",
        key: "rows",
        mapped: false,
        flattened: false,
      },
    ]);
  });

  it("maps over arrays and leaves unmapped inputs whole", () => {
    const flow = new Flow("mapped", {}, ({ parameter }) => {
      scale.map({ x: extract(), by: unmapped(parameter("by", z.number())) });
    });
    expect(flow.tasks.map((each) => [each.slug, each.mapped])).toEqual([
      ["extract", false],
      ["scale", true],
    ]);
    expect(flow.tasks[1]?.inputs.get("by")?.mapped).toBe(false);
  });

  it("gives the outer flow back to its builder after an inner flow was built", () => {
    let inner: Flow | undefined;
    const outer = new Flow("outer", {}, () => {
      inner = new Flow("inner", {}, () => void extract());
      transform({ x: 1 });
    });
    expect([slugs(outer), inner && slugs(inner)]).toEqual([["transform"], ["extract"]]);
  });

  it("refuses a task that is called outside", () => {
    expect(() => extract()).toThrow(
      refused("INVALID_ARGUMENT", 'Task "extract" was called outside a flow'),
    );
  });

  it("refuses a task that is passed on without being called", () => {
    expect(
      () =>
        new Flow("f", {}, () => {
          // @ts-expect-error the compiler refuses it too
          load({ rows: [extract] });
        }),
    ).toThrow(refused("INVALID_ARGUMENT", 'Input load-it.rows[0] is the task "extract" itself'));
  });

  it("refuses to be asynchronous", () => {
    expect(() => new Flow("f", {}, async () => extract())).toThrow(
      refused("INVALID_ARGUMENT", 'The builder of flow "f" is asynchronous'),
    );
  });

  it("refuses a Ref of another flow", () => {
    const other = new Flow("other").addTask(extract);
    expect(() => new Flow("f", {}, () => load({ rows: other }))).toThrow(
      refused("INVALID_ARGUMENT", 'Task "extract" belongs to another flow than "f"'),
    );
  });

  it("refuses to map over nothing", () => {
    expect(() => new Flow("f", {}, () => transform.map({ x: unmapped(1) }))).toThrow(
      refused("INVALID_ARGUMENT", 'Task "transform" is mapped over nothing'),
    );
  });

  it("refuses an input that contains itself", () => {
    const rows: unknown[] = [];
    rows.push(rows);
    const any = task("any", (inputs: { rows: unknown }) => inputs);
    expect(() => new Flow("f", {}, () => any({ rows }))).toThrow(
      refused("INVALID_ARGUMENT", "Input any.rows[0] contains itself"),
    );
  });
});

describe("the imperative API", () => {
  const getValue = task("get_value", () => "Example!");
  const outputValue = task("output_value", ({ value }: { value: string }) => value);

  it("wires one copy of each task", () => {
    const flow = new Flow("Kubernetes Job Environment w/ Resource Requests & Limits");
    outputValue.setUpstream(getValue, { flow });
    outputValue.bind({ value: getValue }, { flow });
    expect(slugs(flow).sort()).toEqual(["get-value", "output-value"]);
    expect(flow.edges).toEqual([
      { upstream: "get-value", downstream: "output-value", mapped: false, flattened: false },
      {
        upstream: "get-value",
        downstream: "output-value",
        key: "value",
        mapped: false,
        flattened: false,
      },
    ]);
  });

  it("feeds an input by key, upstream and downstream alike", () => {
    const flow = new Flow("f");
    const other = new Flow("f");
    outputValue.setUpstream(getValue, { flow, key: "value" });
    getValue.setDownstream(outputValue, { flow: other, key: "value" });
    expect(other.edges).toEqual(flow.edges);
  });

  it("adds edges, their tasks and their parameters", () => {
    const flow = new Flow("f");
    flow.addEdge(new Edge(extract, transform, { key: "x", mapped: true }));
    flow.addEdge(new Edge(new Parameter("by"), scale, { key: "by" }));
    expect(slugs(flow)).toEqual(["transform", "extract", "scale"]);
    expect(flow.parameters.map((each) => each.name)).toEqual(["by"]);
  });

  it("refuses to bind an input twice", () => {
    const flow = new Flow("f");
    transform.bind({ x: 1 }, { flow });
    expect(() => transform.bind({ x: 2 }, { flow })).toThrow(
      refused("INVALID_ARGUMENT", 'Input "x" of task "transform" is bound twice'),
    );
  });

  it("refuses a mapped edge without a key, and a parameter downstream", () => {
    const flow = new Flow("f");
    expect(() => flow.addEdge(new Edge(extract, transform, { mapped: true }))).toThrow(
      refused("INVALID_ARGUMENT", 'A mapped edge to task "transform" has no key'),
    );
    expect(() => flow.addEdge(new Edge(extract, new Parameter("p")))).toThrow(
      refused("INVALID_ARGUMENT", "A parameter can have no upstream"),
    );
  });
});

describe("a flow that cannot be right", () => {
  const a = task("a", ({ x }: { x: number }) => x);
  const b = task("b", ({ x }: { x: number }) => x);
  const c = task("c", ({ x }: { x: number }) => x);

  it("names the tasks of a cycle in the order of their edges", () => {
    const flow = new Flow("round");
    a.bind({ x: c }, { flow });
    b.bind({ x: a }, { flow });
    c.bind({ x: b }, { flow });
    transform.bind({ x: c }, { flow });
    expect(() => serializeFlow(flow)).toThrow(
      refused("FLOW_CYCLE", /(a → b → c → a|b → c → a → b|c → a → b → c)/),
    );
  });

  it("names a task that waits for itself", () => {
    const flow = new Flow("self");
    a.bind({ x: a }, { flow });
    expect(() => serializeFlow(flow)).toThrow(
      refused("FLOW_CYCLE", "a → a", { cycle: ["a", "a"] }),
    );
  });

  it.each([
    ["Get value", "get_value"],
    ["x", "X"],
  ])("names two different tasks with one slug: %s and %s", (first, second) => {
    const flow = new Flow("f");
    flow.addTask(task(first, () => 1));
    expect(() => flow.addTask(task(second, () => 2))).toThrow(
      refused("DUPLICATE_TASK_SLUG", `"${first}" and "${second}"`, { tasks: [first, second] }),
    );
  });

  it("lets a slug option tell two tasks of one name apart", () => {
    const flow = new Flow("f");
    flow.addTask(task("x", () => 1));
    flow.addTask(task("x", { slug: "other" }, () => 2));
    expect(slugs(flow)).toEqual(["x", "other"]);
  });

  const validated = task(
    "v",
    { inputs: z.object({ a: z.number(), b: z.number().optional() }) },
    () => 1,
  );
  it.each([
    ["nothing is bound", (flow: Flow) => void flow.addTask(a), "its inputs"],
    [
      "nothing is bound of inputs that are taken apart beside the context",
      (flow: Flow) => void flow.addTask(task("a", ({ x }: { x: 1 }, context) => [x, context])),
      "its inputs",
    ],
    ["the validator demands more", (flow: Flow) => void flow.addTask(validated), 'input "a"'],
  ])("names a task without inputs where %s", (_case, wire, missing) => {
    const flow = new Flow("f");
    wire(flow);
    expect(() => serializeFlow(flow)).toThrow(
      refused("MISSING_INPUT", `gets nothing for ${missing}`),
    );
  });

  it.each([
    ["takes none", task("t", () => 1)],
    ["has defaults for all", task("t", ({ x = 1 }: { x?: number } = {}) => x)],
    ["only passes its inputs by", task("t", (_inputs, context) => context.mapIndex)],
    [
      "has a validator that demands none",
      task("t", { inputs: z.object({ a: z.number().optional() }) }, () => 1),
    ],
  ])("lets a task be that %s", (_case, lonely) => {
    const flow = new Flow("f");
    flow.addTask(lonely);
    expect(serializeFlow(flow).tasks).toHaveLength(1);
  });

  it.each([
    ["none", () => []],
    ["a parameter", () => [new Parameter("p")]],
    ["a task that is not there", () => [c]],
    ["a task that is there twice", () => [extract]],
  ])("refuses %s as what decides its state, and adds nothing", (_case, tasks) => {
    const flow = new Flow("f", {}, () => [extract(), extract()]);
    const before = slugs(flow);
    expect(() => flow.setReferenceTasks(tasks())).toThrow(
      refused("INVALID_ARGUMENT", "Reference tasks: "),
    );
    expect([slugs(flow), flow.parameters]).toEqual([before, []]);
  });

  it("takes a task that its builder called once as what decides its state", () => {
    const flow = new Flow("f", {}, () => load({ rows: extract() }));
    flow.setReferenceTasks([extract]);
    expect(flow.referenceTasks.map(({ slug }) => slug)).toEqual(["extract"]);
  });

  it("refuses two parameters of one name, and a name without letters", () => {
    const flow = new Flow("f");
    transform.bind({ x: new Parameter("n", z.number()) }, { flow });
    expect(() => scale.bind({ x: 1, by: new Parameter("n", z.number()) }, { flow })).toThrow(
      refused("INVALID_ARGUMENT", 'two parameters named "n"'),
    );
    expect(() => task("--", () => 1)).toThrow(refused("INVALID_ARGUMENT", 'The name "--"'));
    expect(() => new Flow("")).toThrow(refused("INVALID_ARGUMENT", 'The name ""'));
  });
});

describe("isFlow", () => {
  it("goes by the brand, not by the class", () => {
    expect(isFlow({ [Symbol.for("slipway.flow")]: true })).toBe(true);
    expect([isFlow({}), isFlow(null), isFlow(Flow)]).toEqual([false, false, false]);
  });
});
