import { Flow } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";

export default new Flow("too-big", {
  environment: new FargateTaskEnvironment({
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "8192",
  }),
});
