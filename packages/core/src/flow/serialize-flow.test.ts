import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  describeFlow,
  FLOW_STRUCTURE_SCHEMA,
  Flow,
  type FlowOptions,
  parseStructure,
  serializeFlow,
  task,
} from "../index.ts";

const numbers = task("numbers", ({ upTo }: { upTo: number }) =>
  Array.from({ length: upTo }, (_, n) => n),
);
const square = task("square", ({ x }: { x: number }) => x * x);
const total = task("total", ({ values }: { values: readonly number[] }) => values.length);

function squares(options: FlowOptions = {}): Flow {
  return new Flow("squares", options, ({ parameter }) => {
    const upTo = parameter("upTo", z.number().int(), { default: 3 });
    total({ values: square.map({ x: numbers({ upTo }) }) });
  });
}

describe("serializeFlow", () => {
  it("tells tasks, edges, parameters and reference tasks, and nothing else", () => {
    expect(serializeFlow(squares({ description: "Sums" }))).toEqual({
      version: 1,
      name: "squares",
      description: "Sums",
      tasks: [
        { slug: "numbers", name: "numbers", mapped: false },
        { slug: "square", name: "square", mapped: true },
        { slug: "total", name: "total", mapped: false },
      ],
      edges: [
        { upstream: "numbers", downstream: "square", key: "x", mapped: true, flattened: false },
        { upstream: "square", downstream: "total", key: "values", mapped: false, flattened: false },
      ],
      parameters: [
        {
          name: "upTo",
          required: false,
          default: 3,
          schema: expect.objectContaining({ type: "integer" }),
        },
      ],
      referenceTasks: ["total"],
    });
  });

  it("gives the same text for the same flow", () => {
    expect(JSON.stringify(serializeFlow(squares()))).toBe(JSON.stringify(serializeFlow(squares())));
  });

  it.each([
    ["without a validator", undefined, { required: true, schema: {} }],
    ["whose validator gives no JSON Schema", z.date(), { required: true, schema: {} }],
    ["whose validator has a default", z.number().default(0), { required: false, default: 0 }],
    ["whose validator accepts nothing", z.string().optional(), { required: false }],
  ])("describes a parameter %s", (_case, schema, structure) => {
    const show = task("show", ({ it: value }: { it: unknown }) => value);
    const flow = new Flow("f", {}, ({ parameter }) => show({ it: parameter("p", schema) }));
    expect(serializeFlow(flow).parameters[0]).toMatchObject(structure);
  });

  it("keeps the reference tasks that the author chose", () => {
    const flow = new Flow("f");
    const first = flow.addTask(task("first", () => 1));
    square.bind({ x: first }, { flow });
    flow.setReferenceTasks([first]);
    expect(serializeFlow(flow).referenceTasks).toEqual(["first"]);
  });
});

describe("describeFlow", () => {
  it("adds environment, storage, and the labels of both sorted", () => {
    const environment = {
      type: "E",
      labels: ["gpu", "b"],
      serialize: () => ({ version: 1 as const, type: "E", arguments: { region: "eu" } }),
    };
    const storage = { serialize: () => ({ type: "Docker", options: {} }) };
    expect(describeFlow(squares({ environment, storage, labels: ["b", "a"] }))).toMatchObject({
      environment: { version: 1, type: "E", arguments: { region: "eu" } },
      storage: { type: "Docker", options: {} },
      labels: ["a", "b", "gpu"],
    });
  });

  it("says null for what the flow lacks", () => {
    expect(describeFlow(squares())).toMatchObject({ environment: null, storage: null, labels: [] });
  });
});

describe("parseStructure", () => {
  const valid = serializeFlow(squares());

  it("accepts what serializeFlow gives, sent as JSON, and properties of later versions", () => {
    const sent = { ...JSON.parse(JSON.stringify(valid)), colour: "blue" };
    expect(parseStructure(sent)).toMatchObject(valid);
  });

  it.each([
    ["no object", null, "structure", "an object"],
    ["another version", { ...valid, version: 2 }, "structure.version", "1"],
    ["no name", { ...valid, name: "" }, "structure.name", "a text that is not empty"],
    ["no tasks", { ...valid, tasks: undefined }, "structure.tasks", "an array"],
    [
      "a task without a slug",
      { ...valid, tasks: [{ name: "a", mapped: false }] },
      "structure.tasks[0].slug",
      "a value",
    ],
    [
      "a task that is mapped somehow",
      { ...valid, tasks: [{ slug: "a", name: "a", mapped: "yes" }] },
      "structure.tasks[0].mapped",
      "true or false",
    ],
    [
      "an edge to nowhere",
      {
        ...valid,
        edges: [{ upstream: "numbers", downstream: "x", mapped: false, flattened: false }],
      },
      "structure.edges[0].downstream",
      "the slug of a task of the flow",
    ],
    [
      "an unknown reference task",
      { ...valid, referenceTasks: ["x"] },
      "structure.referenceTasks[0]",
      /slug/,
    ],
    [
      "one slug twice",
      { ...valid, tasks: [...valid.tasks, valid.tasks[0]] },
      "structure.tasks[3].slug",
      "a slug that no other task has",
    ],
  ])("refuses %s and says where", (_case, value, path, accepted) => {
    expect(() => parseStructure(value)).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        details: expect.objectContaining({
          path,
          accepted: typeof accepted === "string" ? accepted : expect.stringMatching(accepted),
        }),
      }),
    );
  });
});

describe("FLOW_STRUCTURE_SCHEMA", () => {
  it("is what the reference shows", async () => {
    const shown = new URL("../../../../docs/reference/flow-structure.schema.json", import.meta.url);
    expect(JSON.parse(await readFile(shown, "utf8"))).toEqual(FLOW_STRUCTURE_SCHEMA);
  });
});
