import type { RegisterTaskDefinitionCommandInput, RunTaskCommandInput } from "@aws-sdk/client-ecs";
import { expectTypeOf, it } from "vitest";
import { scaleMemory } from "../retry-policy/scale-memory.ts";
import { FargateTaskEnvironment } from "./fargate-task-environment.ts";
import type { FargateTaskEnvironmentOptions } from "./options.ts";
import type { LaunchVariant } from "./retry-policy/options.ts";

it("takes AWS's fields by AWS's names and types", () => {
  expectTypeOf<FargateTaskEnvironmentOptions>().toHaveProperty("containerDefinitions");
  expectTypeOf<FargateTaskEnvironmentOptions>().toHaveProperty("capacityProviderStrategy");
  expectTypeOf<FargateTaskEnvironmentOptions["launchType"]>().toEqualTypeOf<
    "EC2" | "FARGATE" | "EXTERNAL" | "MANAGED_INSTANCES" | undefined
  >();
  new FargateTaskEnvironment({
    region: "eu-west-1",
    maxAttempts: 5,
    tags: [{ key: "a", value: "b" }],
  });
});

it("takes every field of both calls flat, and each call's in its group", () => {
  type Flat = keyof FargateTaskEnvironmentOptions;
  expectTypeOf<keyof RegisterTaskDefinitionCommandInput>().toExtend<Flat>();
  expectTypeOf<keyof RunTaskCommandInput>().toExtend<Flat>();
  expectTypeOf<FargateTaskEnvironmentOptions["registerTaskDefinition"]>().toEqualTypeOf<
    Partial<RegisterTaskDefinitionCommandInput> | undefined
  >();
  expectTypeOf<FargateTaskEnvironmentOptions["runTask"]>().toEqualTypeOf<
    Partial<RunTaskCommandInput> | undefined
  >();
  new FargateTaskEnvironment({
    tags: [{ key: "both", value: "b" }],
    runTask: {
      tags: [{ key: "run", value: "b" }],
      placementConstraints: [{ type: "distinctInstance" }],
    },
  });
  // @ts-expect-error: a field of the other call
  new FargateTaskEnvironment({ runTask: { cpu: "256" } });
  // @ts-expect-error: a field of the other call
  new FargateTaskEnvironment({ registerTaskDefinition: { cluster: "a" } });
});

it("takes a policy by cause", () => {
  new FargateTaskEnvironment({
    stopGrace: "30s",
    onInfrastructureFailure: {
      outOfMemory: scaleMemory({ factor: 2, max: "30GB" }),
      spot: { retries: 10, then: "on-demand" },
      imagePull: { retries: 3, delay: "10s" },
      networkInterface: { retries: 3 },
      capacity: {
        deadline: "30m",
        then: [
          "on-demand",
          { capacityProviderStrategy: [{ capacityProvider: "own" }] },
          { cluster: "b" },
        ],
      },
    },
  });
  // @ts-expect-error: no cause of that name
  new FargateTaskEnvironment({ onInfrastructureFailure: { outOfMem: { retries: 1 } } });
  // @ts-expect-error: capacity that is waited for, not retried
  new FargateTaskEnvironment({ onInfrastructureFailure: { capacity: { retries: 1 } } });
  // @ts-expect-error: a cancelled run stays so
  new FargateTaskEnvironment({ onInfrastructureFailure: { cancelled: { retries: 1 } } });
  // @ts-expect-error: a duration has a unit
  new FargateTaskEnvironment({ stopGrace: 30 });
  type Variant = Exclude<LaunchVariant, "on-demand">;
  expectTypeOf<Variant>().toHaveProperty("cluster");
  // One definition in all ways to launch.
  expectTypeOf<Variant>().not.toHaveProperty("taskDefinition");
});

it("refuses what AWS does not have, and what cannot be stored", () => {
  // @ts-expect-error: a slip of the pen
  new FargateTaskEnvironment({ containerDefinition: [] });
  // @ts-expect-error: AWS takes texts
  new FargateTaskEnvironment({ cpu: 256 });
  const credentials = async () => ({ accessKeyId: "", secretAccessKey: "" });
  // @ts-expect-error: a function cannot be stored in an image
  new FargateTaskEnvironment({ credentials });
  // @ts-expect-error: an instance cannot be stored in an image
  new FargateTaskEnvironment({ logger: console });
});
