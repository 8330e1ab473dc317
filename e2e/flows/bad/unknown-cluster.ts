import { Flow, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";

const noop = task("noop", () => null);

export default new Flow(
  "elsewhere",
  {
    environment: new FargateTaskEnvironment({
      cluster: "no-such-cluster",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
    }),
  },
  () => {
    noop({});
  },
);
