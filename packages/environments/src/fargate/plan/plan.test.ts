import type { JsonObject } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { REQUEST } from "../../../test/launch-request.ts";
import { renderFargateTask } from "../render.ts";
import { planFargate } from "./plan.ts";

const plain = (given: object): JsonObject => JSON.parse(JSON.stringify(given));
const plan = (args: object, previous?: object, image?: string) =>
  planFargate({
    args: plain(args),
    request: REQUEST,
    ...(previous === undefined
      ? {}
      : { previous: { args: plain(previous), ...(image === undefined ? {} : { image }) } }),
  });
const SIZE = { cpu: "256", memory: "512" };
const withVariables = (...environment: object[]) => ({
  ...SIZE,
  containerDefinitions: [{ name: "main", environment }],
});

describe("a plan", () => {
  it("has the inputs that are sent, to the letter", () => {
    expect(plan(SIZE).inputs).toEqual(renderFargateTask(plain(SIZE), REQUEST));
  });

  it("says how long the overrides are of how much AWS takes", () => {
    const { overrides, inputs } = plan(SIZE);
    expect(overrides).toEqual({
      length: JSON.stringify(inputs["RunTask"]?.["overrides"]).length,
      most: 8192,
    });
  });

  it("has no changes without a version before, and none to the same", () => {
    expect(plan(SIZE).changes).toEqual([]);
    expect(plan(SIZE, SIZE).changes).toEqual([]);
  });
});

describe("what changed", () => {
  it("in the definition forces a revision, in RunTask and beside it does not", () => {
    const before = { ...SIZE, cluster: "a", region: "eu-west-1", stopGrace: "5s" };
    const now = { cpu: "256", memory: "1024", cluster: "b", region: "eu-west-2", stopGrace: "6s" };
    expect(plan(now, before).changes).toEqual([
      { path: "RegisterTaskDefinition.memory", from: "512", to: "1024", forcesRevision: true },
      { path: "RunTask.cluster", from: "a", to: "b", forcesRevision: false },
      { path: "region", from: "eu-west-1", to: "eu-west-2", forcesRevision: false },
      { path: "stopGrace", from: "5s", to: "6s", forcesRevision: false },
    ]);
  });

  it("tells what came and what went", () => {
    const { changes } = plan({ ...SIZE, cluster: "a" }, { ...SIZE, group: "g" });
    expect(changes).toEqual([
      { path: "RunTask.group", from: "g", forcesRevision: false },
      { path: "RunTask.cluster", to: "a", forcesRevision: false },
    ]);
  });

  it("tells a new image", () => {
    const { changes } = plan(SIZE, SIZE, "old@sha256:00");
    expect(changes.map(({ path }) => path)).toEqual([
      "RegisterTaskDefinition.containerDefinitions[0].image",
      "RegisterTaskDefinition.containerDefinitions[0].environment.SLIPWAY__CONTEXT__IMAGE",
    ]);
  });

  it("names variables and tags, wherever they moved to", () => {
    const before = {
      ...withVariables({ name: "A", value: "1" }, { name: "B", value: "2" }),
      tags: [{ key: "t", value: "1" }],
    };
    const now = {
      ...withVariables(
        { name: "C", value: "3" },
        { name: "B", value: "4" },
        { name: "A", value: "1" },
      ),
      tags: [{ key: "t", value: "2" }],
    };
    expect(plan(now, before).changes.map(({ path, from, to }) => [path, from, to])).toEqual([
      ["RegisterTaskDefinition.containerDefinitions[0].environment.B", "2", "4"],
      ["RegisterTaskDefinition.containerDefinitions[0].environment.C", undefined, "3"],
      ["RegisterTaskDefinition.tags.t", "1", "2"],
      ["RunTask.tags.t", "1", "2"],
    ]);
  });

  it("tells one more container as one change", () => {
    const side = { name: "side", image: "busybox" };
    const given = (...containers: object[]) => ({
      containerDefinitions: [{ name: "main" }, ...containers],
    });
    const { changes } = plan(given({ name: "first", image: "x" }, side), given(side));
    expect(changes).toEqual([
      {
        path: "RegisterTaskDefinition.containerDefinitions[1]",
        to: { name: "first", image: "x" },
        forcesRevision: true,
      },
    ]);
  });

  it("hides credentials and what is named like a secret, and still tells that they changed", () => {
    const before = {
      credentials: { accessKeyId: "AKIDBEFORE", secretAccessKey: "same" },
      ...withVariables({ name: "DB_PASSWORD", value: "hunter1" }),
    };
    const now = {
      credentials: { accessKeyId: "AKIDAFTER", secretAccessKey: "same" },
      ...withVariables({ name: "DB_PASSWORD", value: "hunter2" }),
    };
    const { changes } = plan(now, before);
    expect(changes.map(({ path, from, to }) => [path, from, to])).toEqual([
      [
        "RegisterTaskDefinition.containerDefinitions[0].environment.DB_PASSWORD",
        "‹hidden›",
        "‹hidden›",
      ],
      ["credentials.accessKeyId", "‹hidden›", "‹hidden›"],
    ]);
  });

  it("hides them in what came or went as a whole, too", () => {
    const side = {
      name: "side",
      image: "busybox",
      environment: [
        { name: "DB_PASSWORD", value: "hunter2" },
        { name: "MODE", value: "fast" },
      ],
      logConfiguration: { logDriver: "splunk", options: { "splunk-token": "hunter3" } },
    };
    const { changes } = plan(
      { ...SIZE, containerDefinitions: [{ name: "main" }, side] },
      { ...SIZE, containerDefinitions: [{ name: "main" }] },
    );
    expect(changes).toHaveLength(1);
    expect(changes[0]?.to).toMatchObject({
      environment: { DB_PASSWORD: "‹hidden›", MODE: "fast" },
      logConfiguration: { options: { "splunk-token": "‹hidden›" } },
    });
    const given = (credentials: object) => ({ ...SIZE, credentials });
    const added = plan(given({ accessKeyId: "AKIDNEW", secretAccessKey: "hunter4" }), SIZE);
    expect(JSON.stringify([changes, added.changes])).not.toMatch(/hunter|AKID/);
  });
});
