import { setTimeout as sleep } from "node:timers/promises";
import { Flow, task } from "slipway";
import {
  FargateTaskEnvironment,
  type InfrastructureFailureOptions,
  scaleMemory,
} from "slipway/environments";
import { Docker } from "slipway/storage";

const work = task("work", () => sleep(700));

/** What each story's environment says of failures; its name is the family that the script looks for. */
const POLICIES: Readonly<Record<string, InfrastructureFailureOptions>> = {
  grows: { outOfMemory: scaleMemory({ factor: 2, max: "2GB", retries: 3, delay: "100ms" }) },
  reclaimed: { spot: { retries: 2, then: "on-demand", delay: "100ms" } },
  crowded: { capacity: { deadline: "5m", then: ["on-demand"] } },
  full: { capacity: { deadline: "3s" } },
  unlucky: {},
};

/** Given where the flow is registered. */
const family = process.env["TEST_FAMILY"] ?? "unlucky";
const spot = ["reclaimed", "crowded"].includes(family);

export default new Flow(
  "persistent",
  {
    environment: new FargateTaskEnvironment({
      family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "main", image: "", stopTimeout: 2 }],
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
      ...(spot && { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }] }),
      onInfrastructureFailure: POLICIES[family],
    }),
    storage: new Docker({ imageName: "persistent" }),
  },
  () => {
    work();
  },
);
