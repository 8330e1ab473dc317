import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { Flow, type Json, Parameter, type Ref, type Task, task, unmapped } from "../index.ts";

const numbers = task("numbers", () => [1, 2, 3]);
const text = task("text", async () => "a");
const square = task("square", ({ x }: { x: number }) => x * x);
const scale = task("scale", ({ x, factor }: { x: number; factor: number }) => x * factor);
const total = task("total", ({ values }: { values: readonly number[] }) => values.length);
const nested = task("nested", ({ at }: { at: { a: number; list: string[] } }) => at.list);
const optional = task("optional", ({ x = 1 }: { x?: number }) => x);

describe("task", () => {
  it("knows inputs and output from the function", () => {
    expectTypeOf(square).toEqualTypeOf<Task<{ x: number }, number>>();
  });

  it("unwraps a promise", () => {
    new Flow("f", {}, () => {
      expectTypeOf(text()).toEqualTypeOf<Ref<string>>();
    });
  });

  it("takes its inputs from a validator", () => {
    const checked = task("c", { inputs: z.object({ n: z.coerce.number<string>() }) }, ({ n }) => n);
    expectTypeOf(checked).toEqualTypeOf<Task<{ n: string }, number>>();
  });

  it("gives the function its context", () => {
    task("options", { tags: ["a"] }, ({ x }: { x: number }, { logger }) => logger.info(String(x)));
    task("context", ({ x }: { x: number }, { logger, mapIndex, signal }) => {
      expectTypeOf(mapIndex).toEqualTypeOf<number>();
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      logger.info(String(x));
    });
  });
});

describe("calling a task", () => {
  it("accepts values, Refs, and Refs inside arrays and objects", () => {
    new Flow("f", {}, ({ parameter }) => {
      const n = square({ x: 2 });
      square({ x: n });
      square({ x: parameter("n", z.number()) });
      total({ values: numbers() });
      total({ values: [n, 2, square({ x: n })] });
      nested({ at: { a: n, list: [text(), "b"] } });
      nested({ at: parameter("at", z.object({ a: z.number(), list: z.array(z.string()) })) });
      optional();
      optional({});
      numbers({}, { upstreamTasks: [n] });
    });
  });

  it("refuses a wrong type", () => {
    // @ts-expect-error a text is no number
    square({ x: "2" });
    // @ts-expect-error a Ref of a text is no number
    square({ x: text() });
    // @ts-expect-error a Ref of a list is no number
    square({ x: numbers() });
    // @ts-expect-error one item of the list is a text
    total({ values: [1, text()] });
    // @ts-expect-error the Ref stands deep inside
    nested({ at: { a: text(), list: [] } });
  });

  it("refuses missing and unknown inputs", () => {
    // @ts-expect-error x is missing
    square();
    // @ts-expect-error x is missing
    square({});
    // @ts-expect-error factor is missing
    scale({ x: 1 });
    // @ts-expect-error there is no input y
    square({ x: 1, y: 2 });
    // @ts-expect-error the task takes none
    numbers({ x: 1 });
  });

  it("refuses a task that was not called", () => {
    // @ts-expect-error numbers is the task, numbers() its result
    total({ values: numbers });
  });

  it("refuses a parameter of the wrong type", () => {
    new Flow("f", {}, ({ parameter }) => {
      // @ts-expect-error a text is no number
      square({ x: parameter("n", z.string()) });
      // @ts-expect-error a default has to be what the validator takes
      parameter("n", z.number(), { default: "1" });
    });
  });
});

describe("inputs of every kind", () => {
  interface Row {
    readonly date: Date;
    readonly note?: string;
  }
  const rows = task("rows", (): Row[] => []);
  const json = task("json", ({ value }: { value: Json }) => value);
  const several = task(
    "several",
    (inputs: { rows: readonly Row[]; on: boolean; name: string | null; any: unknown }) => inputs,
  );
  const pair = task("pair", ({ of }: { of: readonly [number, string] }) => of);

  it("are accepted as values and as Refs", () => {
    new Flow("f", {}, () => {
      json({ value: [{ a: null }, json({ value: 1 })] });
      several({ rows: rows(), on: true, name: null, any: rows() });
      several({ rows: [{ date: new Date(), note: text() }], on: false, name: text(), any: 1 });
      pair({ of: [square({ x: 1 }), "a"] });
    });
  });

  it("are refused where they differ", () => {
    // @ts-expect-error a date is no text
    several({ rows: [{ date: "2012" }], on: true, name: null, any: 1 });
    // @ts-expect-error the pair is the wrong way round
    pair({ of: ["a", 1] });
    // @ts-expect-error a function is no JSON
    json({ value: () => 1 });
  });
});

describe("map", () => {
  it("takes arrays and unmapped values, and gives an array", () => {
    new Flow("f", {}, ({ parameter }) => {
      const squares = square.map({ x: numbers() });
      expectTypeOf(squares).toEqualTypeOf<Ref<number[]>>();
      total({ values: squares });
      square.map({ x: squares });
      square.map({ x: [1, square({ x: 1 })] });
      square.map({ x: parameter("list", z.array(z.number())) });
      scale.map({ x: squares, factor: unmapped(2) });
      scale.map({ x: squares, factor: unmapped(square({ x: 1 })) });
    });
  });

  it("refuses what is no array, and wrong elements", () => {
    // @ts-expect-error a number is no array
    square.map({ x: 1 });
    // @ts-expect-error texts are no numbers
    square.map({ x: ["a"] });
    // @ts-expect-error a Ref of one number is no array
    square.map({ x: square({ x: 1 }) });
    // @ts-expect-error the unmapped value is a text
    scale.map({ x: [1], factor: unmapped("2") });
    // @ts-expect-error factor is missing
    scale.map({ x: [1] });
  });
});

describe("the imperative API", () => {
  const flow = new Flow("f");
  const list = new Parameter("list", z.array(z.number()));

  it("accepts tasks, Refs, parameters and values", () => {
    square.bind({ x: square }, { flow });
    total.bind({ values: [square, 1, flow.addTask(square)] }, { flow });
    total.bind({ values: list }, { flow });
    scale.bind({ x: numbers, factor: unmapped(square) }, { flow, mapped: true });
    square.setUpstream(text, { flow });
    square.setUpstream(square, { flow, key: "x" });
    square.setUpstream(numbers, { flow, key: "x", mapped: true });
    square.setDownstream(scale, { flow, key: "factor" });
    numbers.setDownstream(scale, { flow, key: "x", mapped: true });
    text.setDownstream(square, { flow });
  });

  it("refuses wrong types and missing inputs", () => {
    // @ts-expect-error a text is no number
    square.bind({ x: text }, { flow });
    // @ts-expect-error factor is missing
    scale.bind({ x: 1 }, { flow });
    // @ts-expect-error one number is no array
    square.bind({ x: square }, { flow, mapped: true });
    // @ts-expect-error there is no input y
    square.setUpstream(square, { flow, key: "y" });
    // @ts-expect-error a text is no number
    square.setUpstream(text, { flow, key: "x" });
    // @ts-expect-error a list feeds x only when mapped
    numbers.setDownstream(square, { flow, key: "x" });
    // @ts-expect-error the flow is missing
    square.setUpstream(square, { key: "x" });
  });
});
