import { describe, expect, it } from "vitest";
import { flag, integer, list, nullable, record, state, structure, text } from "./shape.ts";

describe("a shape", () => {
  const run = record({ id: text, done: flag, tasks: list(record({ slug: text, index: integer })) });

  it("says what to ask for", () => {
    expect(run.selection).toBe(" { id done tasks { slug index } }");
  });

  it("keeps what was asked for and drops the rest", () => {
    const value = { id: "1", done: true, tasks: [{ slug: "a", index: -1, more: 1 }], extra: 0 };
    expect(run.parse(value, "data")).toEqual({
      id: "1",
      done: true,
      tasks: [{ slug: "a", index: -1 }],
    });
  });

  it("names the path of what is wrong", () => {
    const value = { id: "1", done: true, tasks: [{ slug: "a", index: "x" }] };
    expect(() => run.parse(value, "data")).toThrow(/integer at data\.tasks\.0\.index/);
  });

  it("lets only a nullable part be null", () => {
    expect(nullable(text).parse(null, "data")).toBeNull();
    expect(() => text.parse(null, "data")).toThrow(/text at data/);
  });

  it("refuses a state of an unknown type", () => {
    const timestamp = "2026-01-01T00:00:00.000Z";
    expect(state.parse({ type: "Running", timestamp }, "s")).toEqual({
      type: "Running",
      timestamp,
    });
    expect(() => state.parse({ type: "Jogging", timestamp }, "s")).toThrow(/state at s/);
  });

  it("refuses a structure of another version", () => {
    const parts = { name: "f", tasks: [], edges: [], parameters: [], referenceTasks: [] };
    expect(structure.parse({ version: 1, ...parts }, "s")).toMatchObject({ name: "f" });
    expect(() => structure.parse({ version: 2, ...parts }, "s")).toThrow(/structure of version 1/);
  });
});
