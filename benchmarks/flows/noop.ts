import { Flow, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

const start = task("start", () => 1);
const end = task("end", ({ value }: { value: number }) => value);

export default new Flow(
  "noop",
  {
    environment: new FargateTaskEnvironment({
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      containerDefinitions: [{ name: "flow", image: "" }],
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
    }),
    storage: new Docker({ imageName: "noop" }),
  },
  () => {
    end({ value: start() });
  },
);
