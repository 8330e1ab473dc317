import { setTimeout as sleep } from "node:timers/promises";
import { Flow, Parameter, task, unmapped } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";
import { z } from "zod";

/** Prints and logs without a pause; once it is told to stop it does so, unless it is deaf. */
const chat = task(
  "chat",
  async ({ speaker, deaf }: { speaker: number; deaf: boolean }, { logger, signal }) => {
    for (let n = 0; deaf || !signal.aborted; n++) {
      const line = `line ${speaker} ${n} at ${Date.now()}`;
      if (n % 2 === 0) console.log(line);
      else logger.info(line);
      await sleep(1);
    }
    console.log(`line ${speaker} last at ${Date.now()}`);
  },
);

const deaf = new Parameter("deaf", z.boolean());

export default new Flow(
  "chatter",
  {
    environment: new FargateTaskEnvironment({
      family: "chatter",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
    }),
    storage: new Docker({ imageName: "chatter" }),
  },
  () => {
    chat.map({ speaker: [0, 1, 2], deaf: unmapped(deaf) });
  },
);
