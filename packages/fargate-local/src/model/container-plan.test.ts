import { describe, expect, it } from "vitest";
import { commandLine, givenVariables, parseVariables } from "./container-plan.ts";

const image = { entrypoint: ["/entry"], cmd: ["serve"], env: [] };

describe("commandLine", () => {
  it.each([
    ["the image's own", {}, undefined, ["/entry", "serve"]],
    ["the definition's command", { command: ["d"] }, undefined, ["/entry", "d"]],
    [
      "the override's command over the definition's",
      { command: ["d"] },
      { command: ["o"] },
      ["/entry", "o"],
    ],
    ["an entry point, which drops the image's command", { entryPoint: ["e"] }, undefined, ["e"]],
    [
      "an entry point with the override's command",
      { entryPoint: ["e"] },
      { command: ["o"] },
      ["e", "o"],
    ],
    [
      "empty lists as if they were not there",
      { entryPoint: [], command: [] },
      undefined,
      ["/entry", "serve"],
    ],
  ])("takes %s", (_name, container, override, expected) => {
    expect(commandLine(image, { name: "flow", ...container }, override)).toEqual(expected);
  });
});

describe("givenVariables", () => {
  it("lets the override win over the definition, and Fargate over both", () => {
    const container = {
      name: "flow",
      environment: [
        { name: "A", value: "definition" },
        { name: "B", value: "definition" },
        { name: "AWS_REGION", value: "mine" },
      ],
    };
    const override = { environment: [{ name: "B", value: "override" }] };
    const fargate = { region: "eu-west-1", metadataUri: "http://127.0.0.1/v4/x" };
    expect(givenVariables(container, override, fargate)).toEqual({
      A: "definition",
      B: "override",
      AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      ECS_CONTAINER_METADATA_URI_V4: "http://127.0.0.1/v4/x",
    });
  });
});

describe("parseVariables", () => {
  it("cuts at the first equals sign", () => {
    expect(parseVariables(["A=b=c", "EMPTY=", "NAME"])).toEqual({ A: "b=c", EMPTY: "", NAME: "" });
  });
});
