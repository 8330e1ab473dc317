import { describe, expect, it } from "vitest";
import { Flow, SlipwayError } from "../index.ts";
import { loadFlow } from "./load-flow.ts";

const flow = new Flow("f");

describe("loadFlow", () => {
  it("takes the default export", async () => {
    expect(await loadFlow(async () => ({ default: flow }))).toBe(flow);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["nothing", {}, "it has no default export"],
    [
      "a flow by name",
      { etl: flow, x: 1 },
      "it has no default export, and it exports etl (a flow), x",
    ],
    ["a function", { default: () => flow }, "its default export is a function"],
    ["a list", { default: [flow] }, "its default export is an array"],
    ["undefined", { default: undefined }, "its default export is undefined"],
    ["an object", { default: {} }, "its default export is an object"],
  ])("refuses a module that exports %s", async (_case, module, message) => {
    await expect(loadFlow(async () => module)).rejects.toMatchObject({
      code: "FLOW_NOT_EXPORTED",
      message: expect.stringContaining(message),
    });
  });

  it("keeps what the author's code threw as the cause", async () => {
    const cause = new TypeError("no such thing");
    await expect(loadFlow(() => Promise.reject(cause))).rejects.toMatchObject({
      code: "FLOW_FILE_FAILED",
      message: "The flow file failed while it was loaded: no such thing",
      cause,
    });
  });

  it("passes on what wiring the flow refused", async () => {
    const refused = new SlipwayError("DUPLICATE_TASK_SLUG", "two tasks");
    await expect(loadFlow(() => Promise.reject(refused))).rejects.toBe(refused);
  });
});
