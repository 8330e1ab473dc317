import { setTimeout as sleep } from "node:timers/promises";
import { Flow, task } from "slipway";
import { FargateTaskEnvironment, scaleMemory } from "slipway/environments";
import { Docker } from "slipway/storage";

const MIB = 1024 * 1024;

/** Needs 700 MiB, and holds them until a sample has seen them. */
const eat = task("eat", async () => {
  console.log("the last words before it is killed");
  await sleep(1_500);
  const held = Array.from({ length: 70 }, (_, index) => Buffer.alloc(10 * MIB, index + 1));
  await sleep(2_500);
  return held.length;
});

const { TEST_REGISTRY, TEST_BASE_IMAGE } = process.env;

export default new Flow(
  "hungry",
  {
    environment: new FargateTaskEnvironment({
      family: "hungry",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
      onInfrastructureFailure: { outOfMemory: scaleMemory({ retries: 2, delay: "100ms" }) },
    }),
    storage: new Docker({
      ...(TEST_REGISTRY === undefined ? {} : { registryUrl: TEST_REGISTRY }),
      ...(TEST_BASE_IMAGE === undefined ? {} : { baseImage: TEST_BASE_IMAGE }),
      imageName: "hungry",
    }),
  },
  () => {
    eat();
  },
);
