import { setTimeout as sleep } from "node:timers/promises";
import { Flow, Parameter, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";
import { z } from "zod";

const wait = task("wait", async ({ seconds }: { seconds: number }) => {
  await sleep(seconds * 1000);
  return seconds;
});
const announce = task("announce", ({ seconds }: { seconds: number }) => {
  console.log(`waited for ${seconds} s`);
});

const seconds = new Parameter("seconds", z.number().min(0).max(60).default(3));

export default new Flow(
  "slow",
  {
    environment: new FargateTaskEnvironment({
      family: "slow",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
    }),
    storage: new Docker({ imageName: "slow" }),
  },
  () => {
    announce({ seconds: wait({ seconds }) });
  },
);
