import { type Json, type JsonObject, RESERVED_VARIABLES } from "@slipway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REQUEST } from "../../test/launch-request.ts";
import { FargateTaskEnvironment } from "./fargate-task-environment.ts";
import type { FargateTaskEnvironmentOptions } from "./options.ts";
import { renderFargateTask } from "./render.ts";

const NINE = RESERVED_VARIABLES.filter((name) => name !== "SLIPWAY__CONTEXT__NAMESPACE");

function render(options: FargateTaskEnvironmentOptions, revision?: number) {
  const { arguments: args } = new FargateTaskEnvironment(options).serialize();
  const launched = { kind: "EcsTask", id: "", details: revision ? { revision } : {} };
  return renderFargateTask(args, REQUEST, launched);
}

const definition = (options: FargateTaskEnvironmentOptions) =>
  render(options)["RegisterTaskDefinition"] ?? {};
const run = (options: FargateTaskEnvironmentOptions, revision?: number) =>
  render(options, revision)["RunTask"] ?? {};

function at(value: Json | undefined, ...path: (string | number)[]): Json | undefined {
  let found: unknown = value;
  for (const step of path) found = Object(found)[step];
  return found as Json | undefined;
}

const flowContainer = (options: FargateTaskEnvironmentOptions) =>
  at(definition(options), "containerDefinitions", 0);
const namesOf = (entries: Json | undefined) =>
  [entries].flat().map((entry) => at(entry ?? null, "name"));

/** The fields that the manual lists, each with a value that AWS might take. */
const DEFINITION_ARGUMENTS: FargateTaskEnvironmentOptions = {
  family: "weather",
  taskRoleArn: "arn:aws:iam::123456789012:role/task",
  executionRoleArn: "arn:aws:iam::123456789012:role/execution",
  networkMode: "awsvpc",
  volumes: [{ name: "data", host: { sourcePath: "/data" } }],
  placementConstraints: [{ type: "memberOf", expression: "attribute:x == y" }],
  requiresCompatibilities: ["FARGATE"],
  cpu: "256",
  memory: "512",
  pidMode: "task",
  ipcMode: "none",
  proxyConfiguration: { containerName: "envoy", type: "APPMESH" },
  inferenceAccelerators: [{ deviceName: "d", deviceType: "eia2.medium" }],
  ephemeralStorage: { sizeInGiB: 40 },
  runtimePlatform: { cpuArchitecture: "ARM64" },
  enableFaultInjection: true,
};
const RUN_ARGUMENTS: FargateTaskEnvironmentOptions = {
  cluster: "batch",
  count: 1,
  startedBy: "me",
  group: "nightly",
  placementConstraints: [{ type: "memberOf", expression: "attribute:x == y" }],
  placementStrategy: [{ type: "spread", field: "host" }],
  platformVersion: "1.4.0",
  networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
  enableECSManagedTags: true,
  enableExecuteCommand: true,
  propagateTags: "TASK_DEFINITION",
  capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
  launchType: "EC2",
  referenceId: "r-1",
  volumeConfigurations: [{ name: "data" }],
};

describe("rendering RegisterTaskDefinition", () => {
  it.each(Object.entries(DEFINITION_ARGUMENTS))("passes %s through", (name, value) => {
    expect(definition({ [name]: value })).toHaveProperty(name, value);
    if (name !== "placementConstraints") expect(run({ [name]: value })).not.toHaveProperty(name);
  });

  it("sends tags of the author to both calls, in front of ours", () => {
    const tags = [{ key: "team", value: "harbour" }];
    expect(at(definition({ tags }), "tags", 0)).toEqual(tags[0]);
    expect(at(run({ tags }), "tags")).toEqual([
      ...tags,
      { key: "identifier", value: REQUEST.attemptId },
      { key: "flow_run_id", value: REQUEST.flowRunId },
    ]);
  });

  it("makes one container named flow where none is given", () => {
    expect(definition({})["containerDefinitions"]).toHaveLength(1);
    expect(flowContainer({})).toMatchObject({
      name: "flow",
      image: REQUEST.image,
      command: ["node", "/slipway/flow.mjs"],
    });
  });

  it("keeps all of the first container but image, command, entry point and reserved variables", () => {
    const given = {
      name: "main",
      image: "busybox",
      command: ["sleep", "1"],
      entryPoint: ["sh", "-c"],
      essential: true,
      memoryReservation: 128,
      logConfiguration: { logDriver: "awslogs" as const, options: { "awslogs-group": "g" } },
    };
    const rendered = flowContainer({ containerDefinitions: [given] });
    const { entryPoint: _, ...kept } = given;
    expect(rendered).toEqual({
      ...kept,
      image: REQUEST.image,
      command: ["node", "/slipway/flow.mjs"],
      environment: expect.any(Array),
    });
  });

  it("leaves sidecars alone", () => {
    const sidecar = {
      name: "log-router",
      image: "fluent-bit",
      environment: [{ name: "A", value: "1" }],
    };
    const rendered = definition({ containerDefinitions: [{ name: "main" }, sidecar] });
    expect(at(rendered, "containerDefinitions", 1)).toEqual(sidecar);
  });

  it("drops the author's secrets under reserved names, which AWS would refuse beside ours", () => {
    const secrets = [
      { name: "SLIPWAY__CLOUD__AUTH_TOKEN", valueFrom: "/slipway/token" },
      { name: "DATABASE", valueFrom: "/harbour/database" },
    ];
    const options = { executionRoleArn: "execution", containerDefinitions: [{ secrets }] };
    expect(at(flowContainer(options), "secrets")).toEqual([secrets[1]]);
  });

  it("holds no secret and nothing of the run, so that runs of one version share it", () => {
    const text = JSON.stringify(definition({}));
    expect(text).not.toContain(REQUEST.bootstrapToken);
    expect(text).not.toContain(REQUEST.flowRunId);
    expect(text).not.toContain(REQUEST.attemptId);
  });

  it("carries a hash of its content that does not depend on the order of keys", () => {
    const hash = (options: FargateTaskEnvironmentOptions) =>
      at(definition(options), "tags", 0, "value");
    expect(hash({ cpu: "256", memory: "512" })).toBe(hash({ memory: "512", cpu: "256" }));
    expect(hash({ cpu: "256", memory: "512" })).not.toBe(hash({ cpu: "256", memory: "1024" }));
    expect(at(definition({}), "tags", 0, "key")).toBe("slipway:definition-hash");
  });
});

describe("the reserved variables", () => {
  it("stand once each, nine in all, in definition and override", () => {
    const names = [
      ...namesOf(at(flowContainer({}), "environment")),
      ...namesOf(at(run({}), "overrides", "containerOverrides", 0, "environment")),
    ];
    expect(names.toSorted()).toEqual([...NINE].toSorted());
  });

  it("replace the author's entries under their names and leave the others in order", () => {
    const name = fc.oneof(
      fc.constantFrom<string>(...RESERVED_VARIABLES),
      fc.stringMatching(/^[A-Z_]{1,9}$/),
    );
    const entries = fc.array(fc.record({ name, value: fc.string() }));
    fc.assert(
      fc.property(entries, (environment) => {
        const before = structuredClone(environment);
        const rendered = at(
          flowContainer({ containerDefinitions: [{ environment }] }),
          "environment",
        );
        const reserved = new Set<string>(RESERVED_VARIABLES);
        const authors = environment.filter((entry) => !reserved.has(entry.name));
        expect([rendered].flat().slice(0, authors.length)).toEqual(authors);
        const ours = namesOf(rendered).slice(authors.length);
        expect(new Set(ours).size).toBe(ours.length);
        expect(ours.every((given) => reserved.has(String(given)))).toBe(true);
        expect(environment).toEqual(before);
      }),
    );
  });
});

describe("rendering RunTask", () => {
  it.each(Object.entries(RUN_ARGUMENTS))("passes %s through", (name, value) => {
    expect(run({ [name]: value })).toHaveProperty(name, value);
    if (name !== "placementConstraints")
      expect(definition({ [name]: value })).not.toHaveProperty(name);
  });

  it("asks for Fargate only where the author asks for nothing", () => {
    expect(run({})["launchType"]).toBe("FARGATE");
    expect(run({ launchType: "EC2" })["launchType"]).toBe("EC2");
    const spot = [{ capacityProvider: "FARGATE_SPOT" }];
    expect(run({ capacityProviderStrategy: spot })).not.toHaveProperty("launchType");
  });

  it("adds the token and the run to the first container's override alone", () => {
    const options = { containerDefinitions: [{ name: "main" }, { name: "side" }] };
    expect(run(options)["overrides"]).toEqual({
      containerOverrides: [
        {
          name: "main",
          environment: [
            { name: "SLIPWAY__CLOUD__AUTH_TOKEN", value: REQUEST.bootstrapToken },
            { name: "SLIPWAY__CONTEXT__FLOW_RUN_ID", value: REQUEST.flowRunId },
          ],
        },
      ],
    });
  });

  it("merges the author's overrides", () => {
    const side = { name: "side", command: ["x"] };
    const overrides = {
      taskRoleArn: "arn:aws:iam::123456789012:role/other",
      containerOverrides: [
        side,
        { name: "main", memory: 200, command: ["y"], environment: [{ name: "A", value: "1" }] },
      ],
    };
    const rendered = run({ containerDefinitions: [{ name: "main" }, { name: "side" }], overrides });
    expect(rendered["overrides"]).toMatchObject({
      taskRoleArn: overrides.taskRoleArn,
      containerOverrides: [side, { name: "main", memory: 200 }],
    });
    const main = at(rendered, "overrides", "containerOverrides", 1);
    expect(main).not.toHaveProperty("command");
    expect(at(main, "environment", 0)).toEqual({ name: "A", value: "1" });
  });

  it("names the family, and the revision once it is known", () => {
    expect(run({ family: "weather" })["taskDefinition"]).toBe("weather");
    expect(run({ family: "weather" }, 7)["taskDefinition"]).toBe("weather:7");
    expect(run({ taskDefinition: "weather" }, 7)["taskDefinition"]).toBe("weather:7");
    expect(definition({ taskDefinition: "weather" })["family"]).toBe("weather");
    expect(definition({})["family"]).toBe("weather-report");
  });

  it.each(["arn:aws:ecs:eu-west-1:123456789012:task-definition/own:3", "own:3"])(
    "uses the fixed definition %s as it is, and overrides all that a run needs",
    (taskDefinition) => {
      const rendered = render({ taskDefinition, tags: [] });
      expect(Object.keys(rendered)).toEqual(["RunTask"]);
      expect(rendered["RunTask"]?.["taskDefinition"]).toBe(taskDefinition);
      const override = at(rendered["RunTask"], "overrides", "containerOverrides", 0);
      expect(at(override, "command")).toEqual(["node", "/slipway/flow.mjs"]);
      expect(namesOf(at(override, "environment")).toSorted()).toEqual([...NINE].toSorted());
    },
  );

  it("gives each attempt a client token of its own, at most 64 characters", () => {
    const token = (more: Partial<typeof REQUEST>) => {
      const rendered = renderFargateTask({}, { ...REQUEST, ...more })["RunTask"] ?? {};
      return String(rendered["clientToken"]);
    };
    expect(token({})).toBe(token({}));
    expect(token({})).not.toBe(token({ attempt: 2 }));
    expect(token({ flowRunId: "x".repeat(100) })).toHaveLength(64);
  });

  it("refuses overrides that are longer than AWS takes", () => {
    const environment = [{ name: "LONG", value: "x".repeat(8000) }];
    const overrides = { containerOverrides: [{ name: "flow", environment }] };
    expect(() => run({ overrides })).toThrow(
      expect.objectContaining({
        code: "ENVIRONMENT_INVALID",
        details: expect.objectContaining({ path: "overrides", accepted: 8192 }),
      }),
    );
  });

  it("holds nothing of the client's arguments", () => {
    const options = {
      region: "eu-central-1",
      credentials: { accessKeyId: "AKIDSECRET", secretAccessKey: "sEcReT" },
      endpoint: "http://127.0.0.1:1",
    };
    const text = JSON.stringify(render(options));
    for (const word of ["eu-central-1", "AKIDSECRET", "sEcReT", '127.0.0.1:1"']) {
      expect(text).not.toContain(word);
    }
  });
});

describe("what Slipway changes", () => {
  it("is nothing beyond the listed paths, whatever the author gives", () => {
    const given: JsonObject = new FargateTaskEnvironment({
      ...DEFINITION_ARGUMENTS,
      containerDefinitions: [
        {
          name: "main",
          essential: true,
          entryPoint: ["sh"],
          portMappings: [{ containerPort: 80 }],
        },
        { name: "side", image: "x" },
      ],
    }).serialize().arguments;
    const rendered = renderFargateTask(given, REQUEST)["RegisterTaskDefinition"];
    const listed = ["image", "command", "entryPoint", "environment"];
    const strip = (definitionInput: JsonObject | undefined) => {
      const { tags: _, containerDefinitions, ...rest } = { ...definitionInput };
      const [first, ...others] = [containerDefinitions].flat();
      const kept = Object.entries(Object(first)).filter(([key]) => !listed.includes(key));
      return { rest, others, first: Object.fromEntries(kept) };
    };
    expect(strip(rendered)).toEqual(strip(given));
  });
});
