import { homedir } from "node:os";
import { describe, expect, it } from "vitest";
import { readResultsDirectory, takeContainerSettings } from "./settings.ts";

describe("readResultsDirectory", () => {
  it.each([
    ["the setting", { SLIPWAY__RESULTS__DIRECTORY: "/r", SLIPWAY__HOME: "/h" }, "/r"],
    ["the data folder", { SLIPWAY__HOME: "/h" }, "/h/results"],
    ["the home folder", { SLIPWAY__RESULTS__DIRECTORY: "" }, `${homedir()}/.slipway/results`],
  ])("is given by %s", (_case, variables, directory) => {
    expect(readResultsDirectory(variables)).toBe(directory);
  });
});

describe("takeContainerSettings", () => {
  const variables = {
    SLIPWAY__CLOUD__GRAPHQL: "http://api/graphql",
    SLIPWAY__CLOUD__AUTH_TOKEN: "slb_secret",
    SLIPWAY__CONTEXT__FLOW_RUN_ID: "run-1",
  };

  it("reads the settings and removes the token", () => {
    const given = { ...variables, OTHER: "1" };
    expect(takeContainerSettings(given)).toEqual({
      url: "http://api/graphql",
      bootstrapToken: "slb_secret",
      flowRunId: "run-1",
      mayComeEarly: false,
    });
    expect(Object.keys(given)).not.toContain("SLIPWAY__CLOUD__AUTH_TOKEN");
  });

  it.each([
    ["default", true],
    ["", false],
  ])("tells from the namespace %j whether the process may come early: %s", (namespace, early) => {
    const given = { ...variables, SLIPWAY__CONTEXT__NAMESPACE: namespace };
    expect(takeContainerSettings(given).mayComeEarly).toBe(early);
  });

  it.each(Object.keys(variables))("names %s where it is missing", (name) => {
    expect(() => takeContainerSettings({ ...variables, [name]: "" })).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        details: expect.objectContaining({ path: name }),
      }),
    );
  });
});
