import { expectTypeOf, it } from "vitest";
import { FargateTaskEnvironment } from "./fargate-task-environment.ts";
import type { FargateTaskEnvironmentOptions } from "./options.ts";

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
