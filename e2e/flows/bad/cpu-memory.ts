import { Flow, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";

const noop = task("noop", () => null);

export default new Flow(
  "too-big",
  {
    environment: new FargateTaskEnvironment({
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "8192",
    }),
  },
  () => {
    noop({});
  },
);
