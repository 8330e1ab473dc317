import { isSlipwayError } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { awslogs, BASE, containers, flow, sidecar, times } from "../../../test/fargate-options.ts";
import { REFUSED_DEFINITIONS } from "../../../test/refused-definitions.ts";
import { REFUSED_LAUNCHES } from "../../../test/refused-launches.ts";
import { FargateTaskEnvironment } from "../fargate-task-environment.ts";

const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:harbour-AbCdEf";
const register = (options: object) =>
  new FargateTaskEnvironment({ ...BASE, ...options } as object).serialize();
const rows = Object.entries({ ...REFUSED_LAUNCHES, ...REFUSED_DEFINITIONS }).flatMap(
  ([rule, cases]) => cases.map((row) => ({ rule, ...row })),
);

function refusalOf(options: object): unknown {
  try {
    register(options);
  } catch (error) {
    return error;
  }
  throw new Error("It was taken");
}

describe("what AWS refuses is refused when an environment is stored", () => {
  it.each(rows)("$rule: $path", ({ options, path, mend }) => {
    const error = refusalOf(options);
    if (!isSlipwayError(error, "ENVIRONMENT_INVALID")) throw error;
    expect(error.details["path"]).toBe(path);
    expect(error.message).toMatch(mend);
    expect(error.message).toContain(`\`${path}\``);
  });

  it("has the legal values as data, too", () => {
    for (const { options, path } of rows) {
      const error = refusalOf(options);
      const facts = isSlipwayError(error) ? Object.keys(error.details) : [];
      const relation = /capacityProviderStrategy$|dependsOn$|name$|key$|image$|essential$/.test(
        path,
      );
      expect([path, relation || facts.includes("accepted")]).toEqual([path, true]);
    }
  });

  it("and not in the container, where what an environment variable gives is missing", () => {
    for (const { options } of rows) {
      expect(() => new FargateTaskEnvironment({ ...BASE, ...options } as object)).not.toThrow();
    }
  });
});

describe("a secret that stands where its place should", () => {
  it("is in no words of the refusal", () => {
    const error = refusalOf(
      flow({ secrets: [{ name: "DB", valueFrom: "correct horse! battery" }] }),
    );
    expect(error).toMatchObject({
      details: { path: "containerDefinitions[0].secrets[0].valueFrom" },
      message: expect.stringContaining("is no place of a secret; AWS takes the ARN of a secret"),
    });
    expect(JSON.stringify([error, String(error)])).not.toContain("horse");
  });
});

describe("what AWS takes is taken", () => {
  it.each<[string, object]>([
    [
      "Fargate Spot with Fargate",
      {
        capacityProviderStrategy: [
          { capacityProvider: "FARGATE_SPOT", weight: 4 },
          { capacityProvider: "FARGATE", weight: 1, base: 1 },
        ],
      },
    ],
    [
      "a provider of one's own",
      {
        requiresCompatibilities: ["EC2"],
        networkMode: "bridge",
        capacityProviderStrategy: [{ capacityProvider: "own" }],
      },
    ],
    [
      "21 and 200 GiB",
      { ephemeralStorage: { sizeInGiB: 21 }, overrides: { ephemeralStorage: { sizeInGiB: 200 } } },
    ],
    ["a hostPort that is the same", flow({ portMappings: [{ containerPort: 80, hostPort: 80 }] })],
    [
      "another hostPort on EC2",
      {
        ...flow({ portMappings: [{ containerPort: 80, hostPort: 0 }] }),
        launchType: "EC2",
        requiresCompatibilities: ["EC2"],
        networkMode: "bridge",
      },
    ],
    [
      "json-file on EC2",
      {
        ...flow({ logConfiguration: { logDriver: "json-file" } }),
        launchType: "EC2",
        requiresCompatibilities: ["EC2"],
      },
    ],
    [
      "a sidecar that must be healthy",
      containers(
        { dependsOn: [{ containerName: "side", condition: "HEALTHY" }] },
        { ...sidecar, healthCheck: { command: ["CMD", "true"] } },
      ),
    ],
    [
      "one that must have ended",
      containers({ dependsOn: [{ containerName: "side", condition: "SUCCESS" }] }, sidecar),
    ],
    ["a secret by ARN", flow({ secrets: [{ name: "A", valueFrom: SECRET }] })],
    ["one of its fields", flow({ secrets: [{ name: "A", valueFrom: `${SECRET}:password::` }] })],
    ["a parameter by name", flow({ secrets: [{ name: "A", valueFrom: "/harbour/password" }] })],
    [
      "a parameter by ARN",
      flow({
        secrets: [
          { name: "A", valueFrom: "arn:aws:ssm:eu-west-1:123456789012:parameter/harbour/password" },
        ],
      }),
    ],
    ["logs with the role that writes them", flow({ logConfiguration: awslogs })],
    [
      "roles by name and with a path",
      {
        taskRoleArn: "harbour",
        executionRoleArn: "arn:aws-us-gov:iam::123456789012:role/team/harbour",
      },
    ],
    ["a cluster by ARN", { cluster: "arn:aws:ecs:eu-west-1:123456789012:cluster/batch" }],
    ["ARM on Linux", { runtimePlatform: { cpuArchitecture: "ARM64" } }],
    ["48 tags", { tags: times(48).map((index) => ({ key: `t ${index}/ü`, value: "a+b=c@d" })) }],
    [
      "memory that grows",
      {
        onInfrastructureFailure: {
          outOfMemory: { retries: 1, scaleMemory: { factor: 2, max: "30GB" } },
        },
      },
    ],
  ])("%s", (_, options) => {
    expect(() => register(options)).not.toThrow();
  });

  it("a definition of the author's own, of which nothing is known", () => {
    const own = {
      taskDefinition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/own:3",
      overrides: { memory: "1024", cpu: "512", containerOverrides: [{ name: "anything" }] },
      onInfrastructureFailure: {
        outOfMemory: { retries: 1, scaleMemory: { factor: 2, max: "4GB" } },
      },
    };
    expect(() => new FargateTaskEnvironment(own as object).serialize()).not.toThrow();
  });
});

describe("a role that is missing", () => {
  const { executionRoleArn: _, ...without } = BASE;
  it.each([
    { options: flow({ logConfiguration: awslogs }) },
    { options: flow({ secrets: [{ name: "A", valueFrom: "/harbour/a" }] }) },
    {
      options: flow({
        logConfiguration: {
          logDriver: "splunk",
          secretOptions: [{ name: "t", valueFrom: SECRET }],
        },
      }),
    },
  ])("is refused: $options", ({ options }) => {
    const make = () => new FargateTaskEnvironment({ ...without, ...options } as object);
    expect(() => make().serialize()).toThrow(/`executionRoleArn` is missing, and /);
  });

  it("is taken where the flow may be for something else, since AWS asks for it with Fargate alone", () => {
    const make = () => new FargateTaskEnvironment(flow({ logConfiguration: awslogs }));
    expect(() => make().serialize()).not.toThrow();
  });
});

describe("memory that is to grow from nothing", () => {
  const outOfMemory = { retries: 1, scaleMemory: { factor: 2, max: "4GB" } };
  it.each([
    { options: { taskDefinition: "own:3" }, mend: /`overrides\.memory`/ },
    { options: {}, mend: /`memory` \(and `cpu`\)/ },
    { options: { runTask: { taskDefinition: "own" } }, mend: /`overrides\.memory`/ },
  ])("is refused: $options", ({ options, mend }) => {
    const make = () =>
      new FargateTaskEnvironment({ ...options, onInfrastructureFailure: { outOfMemory } });
    expect(() => make().serialize()).toThrow(mend);
  });
});
