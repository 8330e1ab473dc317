import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { localResult, locate } from "./local-result.ts";

let resultsDirectory: string;
beforeEach(async () => {
  resultsDirectory = await mkdtemp(join(tmpdir(), "slipway-results-"));
});
afterEach(() => rm(resultsDirectory, { recursive: true, force: true }));

function context(changes: object = {}) {
  return {
    resultsDirectory,
    flowRunId: "run-1",
    taskSlug: "report",
    mapIndex: -1,
    parameters: { city: "seattle", year: 2012 },
    ...changes,
  };
}

describe("localResult", () => {
  it("writes a text as it is and says where", async () => {
    const result = localResult({ location: "reports/monthly.md", serializer: "text" });
    const location = join(resultsDirectory, "reports", "monthly.md");
    expect(await result.write("# Report", context())).toEqual({
      location,
      contentType: "text/markdown",
    });
    expect(await readFile(location, "utf8")).toBe("# Report");
  });

  it("writes JSON unless told otherwise", async () => {
    const { location, contentType } = await localResult({ location: "x" }).write(
      { a: [1] },
      context(),
    );
    expect(contentType).toBe("application/json");
    expect(JSON.parse(await readFile(location, "utf8"))).toEqual({ a: [1] });
  });

  it("replaces an older result and leaves nothing else behind", async () => {
    const result = localResult({ location: "x.txt", serializer: "text" });
    await result.write("old", context());
    await result.write("new", context());
    expect(await readdir(resultsDirectory)).toEqual(["x.txt"]);
    expect(await readFile(join(resultsDirectory, "x.txt"), "utf8")).toBe("new");
  });

  it.each([
    ["text", 5, "returned number, but its result has to be a text"],
    ["json", undefined, "returned undefined, but its result has to be a value that JSON can hold"],
  ] as const)("refuses to write as %s what is none: %s", async (serializer, value, message) => {
    const write = localResult({ location: "x", serializer }).write(value, context());
    await expect(write).rejects.toThrow(message);
    expect(await readdir(resultsDirectory)).toEqual([]);
  });

  it("says why it cannot write", async () => {
    await localResult({ location: "x" }).write(1, context());
    await expect(localResult({ location: "x/y" }).write(1, context())).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining(`cannot be written to ${join(resultsDirectory, "x", "y")}`),
    });
  });

  it.each([
    ["", "no path relative to the results folder"],
    ["/etc/passwd", "no path relative to the results folder"],
    ["{runId}.md", "has {runId}: only {flowRunId}, {taskSlug}, {mapIndex} and {parameters.name}"],
  ])("refuses the location %j", (location, message) => {
    expect(() => localResult({ location })).toThrow(message);
  });
});

describe("locate", () => {
  it("fills in the run's facts and parameters", () => {
    const template = "{flowRunId}/{taskSlug}-{mapIndex}-{parameters.city}-{parameters.year}.md";
    expect(locate(template, context({ mapIndex: 2 }))).toBe(
      join(resultsDirectory, "run-1/report-2-seattle-2012.md"),
    );
  });

  it.each([
    [
      "a parameter that climbs out",
      "{parameters.city}.md",
      { parameters: { city: "../../x" } },
      "leaves",
    ],
    ["a location that climbs out", "a/../../x", {}, "leaves"],
    ["the folder itself", "a/..", {}, "leaves"],
    [
      "a sibling folder of the same beginning",
      "../results-2/x",
      { resultsDirectory: "/results" },
      "leaves",
    ],
    ["a parameter that is not there", "{parameters.town}", {}, "has {parameters.town}"],
    ["one file for all elements", "x.md", { mapIndex: 0 }, "put {mapIndex} into its location"],
  ])("refuses %s", (_case, template, changes, message) => {
    expect(() => locate(template, context(changes))).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: expect.stringContaining(message),
      }),
    );
  });
});
