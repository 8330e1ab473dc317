import { Flow, Parameter, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { z } from "zod";

const double = task("double", ({ count }: { count: number }) => count * 2);

export default new Flow(
  "doubling",
  {
    environment: new FargateTaskEnvironment({
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
    }),
  },
  () => {
    double({ count: new Parameter("count", z.number().int()) });
  },
);
