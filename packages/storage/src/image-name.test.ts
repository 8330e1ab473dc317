import { describe, expect, it } from "vitest";
import { repositoryOf, slugOf, toImageTarget } from "./image-name.ts";
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

describe("repositoryOf", () => {
  const described = (options: Record<string, string>) => ({
    structure: {
      version: 1 as const,
      name: "My flow",
      tasks: [],
      edges: [],
      parameters: [],
      referenceTasks: [],
    },
    environment: null,
    labels: [],
    storage: { type: "Docker", options },
  });

  it("is where the image is pushed to, or nothing where it stays here", () => {
    const registryUrl = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team";
    expect(repositoryOf(described({ registryUrl }))).toBe(`${registryUrl}/my-flow`);
    expect(repositoryOf(described({ imageName: "x" }))).toBeUndefined();
    expect(repositoryOf({ ...described({}), storage: null })).toBeUndefined();
  });
});
