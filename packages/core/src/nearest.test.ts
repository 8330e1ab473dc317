import { describe, expect, it } from "vitest";
import { nearest } from "./index.ts";

describe("nearest", () => {
  it.each([
    ["limt", ["limit", "list"], "limit"],
    ["URL", ["uri", "url"], "url"],
    ["yaers", ["years", "bears"], "years"],
    ["verbose", ["limit"], undefined],
    ["x", [], undefined],
    ["containerDefinition", ["containerDefinitions", "volumes"], "containerDefinitions"],
  ])("finds for %s among %j: %s", (given, candidates, found) => {
    expect(nearest(given, candidates)).toBe(found);
  });
});
