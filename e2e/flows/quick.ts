import { Flow, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

const answer = task("answer", () => 42);

export default new Flow(
  "quick",
  {
    environment: new FargateTaskEnvironment({
      family: "quick",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
    }),
    storage: new Docker({ imageName: "quick" }),
  },
  () => {
    answer();
  },
);
