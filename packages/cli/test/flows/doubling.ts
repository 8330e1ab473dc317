import { Flow, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { z } from "zod";

const double = task("double", ({ count }: { count: number }) => {
  console.log(`twice ${count} is ${count * 2}`);
  if (count < 0) throw new Error("too small");
});

export default new Flow(
  "doubling",
  {
    environment: new FargateTaskEnvironment({
      family: "doubling",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
    }),
  },
  ({ parameter }) => {
    double({ count: parameter("count", z.number().int()) });
  },
);
