import { setTimeout as sleep } from "node:timers/promises";
import { Flow, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

/** Hears nothing while it works: neither that its run is cancelled nor SIGTERM. */
const spin = task("spin", async () => {
  await sleep(1_500); // Until it has been reported as Running.
  const end = Date.now() + 60_000;
  while (Date.now() < end);
});

export default new Flow(
  "stubborn",
  {
    environment: new FargateTaskEnvironment({
      family: "stubborn",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "main", image: "", stopTimeout: 2 }],
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
      stopGrace: "2s",
    }),
    storage: new Docker({ imageName: "stubborn" }),
  },
  () => {
    spin();
  },
);
