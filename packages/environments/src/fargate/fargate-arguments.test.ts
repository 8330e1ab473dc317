import { describe, expect, it } from "vitest";
import { REQUEST } from "../../test/launch-request.ts";
import { fargateArguments } from "./fargate-arguments.ts";
import { FargateTaskEnvironment } from "./fargate-task-environment.ts";
import { renderFargateTask } from "./render.ts";

const TEAM = [{ key: "team", value: "harbour" }];
const RUN = [{ key: "run", value: "nightly" }];
const make = (options: object) => () => new FargateTaskEnvironment(options);

describe("arguments", () => {
  it("go where their names belong, and the two that belong to both go to both", () => {
    const sorted = fargateArguments({
      region: "eu-west-1",
      regionName: "",
      cpu: "256",
      cluster: "batch",
      tags: TEAM,
      placementConstraints: [{ type: "memberOf" }],
    });
    expect(sorted.client).toEqual({ region: "eu-west-1", regionName: "" });
    expect(sorted.definition).toEqual({
      cpu: "256",
      tags: TEAM,
      placementConstraints: [{ type: "memberOf" }],
    });
    expect(sorted.run).toEqual({
      cluster: "batch",
      tags: TEAM,
      placementConstraints: [{ type: "memberOf" }],
    });
  });

  it("in a group are for its call alone, and win over flat ones", () => {
    const sorted = fargateArguments({
      cpu: "256",
      cluster: "flat",
      tags: TEAM,
      registerTaskDefinition: { cpu: "512" },
      runTask: { cluster: "grouped", tags: RUN },
    });
    expect(sorted.definition).toEqual({ cpu: "512", tags: TEAM });
    expect(sorted.run).toEqual({ cluster: "grouped", tags: RUN });
  });

  it("of the policy go to neither call", () => {
    const args = { stopGrace: "1s", onInfrastructureFailure: { lost: { retries: 1 } } };
    const rendered = JSON.stringify(renderFargateTask(args, REQUEST));
    expect(rendered).not.toContain("stopGrace");
    expect(rendered).not.toContain("onInfrastructureFailure");
  });

  it.each([
    { args: { taskDefinition: "own" }, pinned: undefined },
    { args: { taskDefinition: "own:3" }, pinned: "own:3" },
    {
      args: { taskDefinition: "arn:aws:ecs:eu-west-1:1:task-definition/own" },
      pinned: "arn:aws:ecs:eu-west-1:1:task-definition/own",
    },
    { args: { runTask: { taskDefinition: "own" } }, pinned: "own" },
  ])("name a definition that is used as it is, or do not: $args", ({ args, pinned }) => {
    expect(fargateArguments(args).pinned).toBe(pinned);
    const { RegisterTaskDefinition, RunTask } = renderFargateTask(args, REQUEST);
    expect(RegisterTaskDefinition === undefined).toBe(pinned !== undefined);
    expect(RunTask?.["taskDefinition"]).toBe(pinned ?? "own");
  });
});

describe("names in a group", () => {
  it.each([
    {
      options: { runTask: { clustr: "a" } },
      path: "runTask.clustr",
      mend: /did you mean `cluster`/,
    },
    { options: { runTask: { cpu: "256" } }, path: "runTask.cpu", mend: /RegisterTaskDefinition/ },
    {
      options: { registerTaskDefinition: { cluster: "a" } },
      path: "registerTaskDefinition.cluster",
      mend: /in `runTask`/,
    },
    { options: { runTask: [] }, path: "runTask", mend: /must be an object/ },
    {
      options: { runTask: { labels: ["a"] } },
      path: "runTask.labels",
      mend: /no field of RunTask/,
    },
    { options: { runtask: {} }, path: "runtask", mend: /did you mean `runTask`/ },
    { options: { runTask: { count: 2 } }, path: "runTask.count", mend: /must be 1/ },
    {
      options: { registerTaskDefinition: { cpu: "300" } },
      path: "registerTaskDefinition.cpu",
      mend: /256, 512/,
    },
  ])("$path is refused", ({ options, path, mend }) => {
    expect(make(options)).toThrow(
      expect.objectContaining({
        code: "ENVIRONMENT_INVALID",
        details: expect.objectContaining({ path }),
        message: expect.stringMatching(mend),
      }),
    );
  });
});

describe("types and names at every depth", () => {
  it.each([
    { options: { cpu: 256 }, path: "cpu", mend: /give "256"/ },
    { options: { memory: 512 }, path: "memory", mend: /a text and is 512/ },
    { options: { family: true }, path: "family", mend: /give "true"/ },
    {
      options: { enableExecuteCommand: "yes" },
      path: "enableExecuteCommand",
      mend: /true or false/,
    },
    { options: { count: "1" }, path: "count", mend: /a number and is "1"/ },
    { options: { cluster: null }, path: "cluster", mend: /is null/ },
    { options: { volumes: {} }, path: "volumes", mend: /a list of objects/ },
    { options: { tags: { team: "a" } }, path: "tags", mend: /a list of objects/ },
    { options: { networkConfiguration: [] }, path: "networkConfiguration", mend: /an object/ },
    { options: { maxAttempts: "3" }, path: "maxAttempts", mend: /a number/ },
    { options: { retryMode: "fast" }, path: "retryMode", mend: /standard, adaptive/ },
    { options: { useFipsEndpoint: 1 }, path: "useFipsEndpoint", mend: /true or false/ },
    { options: { networkMode: "awsvcp" }, path: "networkMode", mend: /did you mean "awsvpc"/ },
    { options: { launchType: "fargate" }, path: "launchType", mend: /did you mean "FARGATE"/ },
    {
      options: { requiresCompatibilities: "FARGATE" },
      path: "requiresCompatibilities",
      mend: /a list/,
    },
    {
      options: { requiresCompatibilities: ["FARGAT"] },
      path: "requiresCompatibilities[0]",
      mend: /FARGATE/,
    },
    {
      options: { runtimePlatform: { cpuArchitecture: "AMD64" } },
      path: "runtimePlatform.cpuArchitecture",
      mend: /ARM64, X86_64/,
    },
    {
      options: { containerDefinitions: [{ envirnoment: [] }] },
      path: "containerDefinitions[0].envirnoment",
      mend: /did you mean `environment`/,
    },
    {
      options: { containerDefinitions: [{ portMappings: [{ containerPort: "80" }] }] },
      path: "containerDefinitions[0].portMappings[0].containerPort",
      mend: /a number/,
    },
    {
      options: { containerDefinitions: [{ logConfiguration: { options: { "max-size": 10 } } }] },
      path: "containerDefinitions[0].logConfiguration.options.max-size",
      mend: /a text and is a number/,
    },
    {
      options: { runTask: { networkConfiguration: { awsvpcConfiguration: { subnet: [] } } } },
      path: "runTask.networkConfiguration.awsvpcConfiguration.subnet",
      mend: /did you mean `subnets`/,
    },
    {
      options: { overrides: { containerOverrides: [{ image: "x" }] } },
      path: "overrides.containerOverrides[0].image",
      mend: /no field that AWS has there/,
    },
    {
      options: { volumes: [{ name: "a", efsVolumeConfiguration: { rootDirectry: "/" } }] },
      path: "volumes[0].efsVolumeConfiguration.rootDirectry",
      mend: /did you mean `rootDirectory`/,
    },
  ])("$path is refused", ({ options, path, mend }) => {
    expect(make(options)).toThrow(
      expect.objectContaining({
        code: "ENVIRONMENT_INVALID",
        details: expect.objectContaining({ path }),
        message: expect.stringMatching(mend),
      }),
    );
  });

  it.each([
    { containerDefinitions: [{ environment: [{ name: "PIN", value: 4711 }] }] },
    { containerDefinitions: [{ command: [4711] }] },
    { credentials: { accessKeyId: 4711, secretAccessKey: 4711 } },
    { awsSecretAccessKey: 4711 },
    { overrides: { containerOverrides: [{ name: "flow", environment: [{ value: 4711 }] }] } },
  ])("never says a value that may be a secret: %j", (options) => {
    try {
      make(options)();
      expect.unreachable();
    } catch (error) {
      const told = JSON.stringify(error, Object.getOwnPropertyNames(error));
      expect(told).toContain("ENVIRONMENT_INVALID");
      expect(told.replaceAll(/:\d+:\d+/g, "")).not.toContain("4711");
    }
  });

  it("leaves what the SDK does not tell the shape of", () => {
    const sharingStrategy = { nvidiaMps: { memory: 1 } };
    const resourceRequirements = [{ type: "GPU", value: "1", sharingStrategy }];
    expect(make({ containerDefinitions: [{ resourceRequirements }] })).not.toThrow();
  });
});
