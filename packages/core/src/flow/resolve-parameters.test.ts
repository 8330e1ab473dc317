import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Parameter, type ParameterDefinition, resolveParameters } from "../index.ts";

const url = new Parameter("url", z.url()).definition;
const years = new Parameter("years", z.array(z.object({ from: z.number() }))).definition;
const limit = new Parameter("limit", z.number(), { default: 10 }).definition;
const page = new Parameter("page", z.coerce.number().default(1)).definition;
const note = new Parameter("note", z.string().optional()).definition;
const anything = new Parameter("anything").definition;

describe("resolveParameters", () => {
  it.each<[string, ParameterDefinition, object, object]>([
    ["what is given", limit, { limit: 3 }, { limit: 3 }],
    ["its default", limit, {}, { limit: 10 }],
    ["a falsy value before the default", limit, { limit: 0 }, { limit: 0 }],
    ["the validator's default", page, {}, { page: 1 }],
    ["what the validator makes of it", page, { page: "7" }, { page: 7 }],
    ["nothing where nothing is accepted", note, {}, { note: undefined }],
    ["null where nothing is checked", anything, { anything: null }, { anything: null }],
  ])("gives a parameter %s", async (_case, parameter, given, values) => {
    await expect(resolveParameters([parameter], { ...given })).resolves.toEqual(values);
  });

  it("waits for a validator that answers later", async () => {
    const later = new Parameter(
      "n",
      z.number().refine(async (n) => n > 1),
    ).definition;
    await expect(resolveParameters([later], { n: 2 })).resolves.toEqual({ n: 2 });
    await expect(resolveParameters([later], { n: 1 })).rejects.toMatchObject({
      code: "INVALID_PARAMETER",
    });
  });

  it("refuses an unknown name and offers the nearest", async () => {
    await expect(resolveParameters([limit, note], { limt: 1 })).rejects.toMatchObject({
      code: "UNKNOWN_PARAMETER",
      message: 'The flow has no parameter "limt": did you mean "limit"?',
      details: { path: "parameters.limt", given: "limt", accepted: ["limit", "note"] },
    });
  });

  it("refuses an unknown name that is near to none, and lists what there is", async () => {
    await expect(resolveParameters([limit], { verbose: 1 })).rejects.toThrow("the flow has limit");
    await expect(resolveParameters([], { verbose: 1 })).rejects.toThrow("the flow has none");
  });

  it("names every required parameter that is missing", async () => {
    await expect(resolveParameters([url, limit, anything], {})).rejects.toMatchObject({
      code: "MISSING_PARAMETER",
      message: 'The run has no value for the required parameters "url", "anything": give them',
      details: { missing: ["url", "anything"] },
    });
  });

  it("refuses a value that its validator refuses, with path, value and what is accepted", async () => {
    const given = { years: [{ from: 2012 }, { from: "2013" }] };
    await expect(resolveParameters([years], given)).rejects.toMatchObject({
      code: "INVALID_PARAMETER",
      message: expect.stringMatching(/^Value of parameters\.years\[1\]\.from is refused: .*number/),
      details: {
        path: "parameters.years[1].from",
        given: given.years,
        accepted: expect.objectContaining({ type: "array" }),
      },
    });
  });
});
