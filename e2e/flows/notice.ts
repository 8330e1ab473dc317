import { Flow, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

const speak = task("speak", () => "said");

export default new Flow(
  "noticed",
  {
    environment: new FargateTaskEnvironment({
      family: "noticed",
      credentials: { accessKeyId: "AKIALITERAL00000000", secretAccessKey: "s3cr3t-key-in-a-flow" },
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: process.env["TEST_CPU"] ?? "1024",
      memory: "4096",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
    }),
    storage: new Docker({ imageName: "noticed" }),
  },
  () => {
    speak();
  },
);
