import { describe, expect, it } from "vitest";
import { slugOf, toImageTarget } from "./image-name.ts";
import { isRepository } from "./reference.ts";

describe("slugOf", () => {
  it.each([
    [
      "Kubernetes Job Environment w/ Resource Requests & Limits",
      "kubernetes-job-environment-w-resource-requests-limits",
    ],
    ["  Météo à Paris! ", "meteo-a-paris"],
    ["天気", "flow"],
    ["--", "flow"],
    [`${"a".repeat(127)} b`, "a".repeat(127)],
  ])("makes a repository's name of %j", (name, slug) => {
    expect(slugOf(name)).toBe(slug);
    expect(isRepository(slug)).toBe(true);
  });
});

describe("toImageTarget", () => {
  it.each([
    [{}, undefined, "my-flow"],
    [{ imageName: "flows" }, undefined, "flows"],
    [{ registryUrl: "joshmeek18", imageName: "flows" }, "docker.io", "joshmeek18/flows"],
    [{ registryUrl: "127.0.0.1:5000" }, "127.0.0.1:5000", "my-flow"],
    [{ registryUrl: "r.example.com/team/a//" }, "r.example.com", "team/a/my-flow"],
  ])("puts %j where it says", (options, registry, repository) => {
    expect(toImageTarget(options, "My flow")).toEqual({ registry, repository });
  });
});
