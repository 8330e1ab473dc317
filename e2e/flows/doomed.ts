import { setTimeout as sleep } from "node:timers/promises";
import { Flow, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

/** The family that a script of failures looks for; given where the flow is registered. */
const family = process.env["TEST_FAMILY"] ?? "doomed";
const sidecarImage = process.env["TEST_SIDECAR_IMAGE"];

const wait = task("wait", () => sleep(60_000));

const sidecar = {
  name: "sidecar",
  image: sidecarImage ?? "",
  command: ["node", "-e", "setTimeout(() => {}, 60_000)"],
};

const noRetries = { retries: 0 };

export default new Flow(
  "doomed",
  {
    environment: new FargateTaskEnvironment({
      family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      executionRoleArn: "arn:aws:iam::000000000000:role/execution",
      containerDefinitions: [
        { name: "main", image: "", stopTimeout: 2 },
        ...(sidecarImage === undefined ? [] : [sidecar]),
      ],
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
      ...(family === "spot-reclaim" && {
        capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }],
      }),
      onInfrastructureFailure: {
        spot: noRetries,
        imagePull: noRetries,
        networkInterface: noRetries,
        ephemeralStorage: noRetries,
        startTimeout: noRetries,
        taskFailedToStart: noRetries,
        infrastructureHealth: noRetries,
        terminationNotice: noRetries,
        lost: noRetries,
        capacity: { deadline: "0s" },
      },
    }),
    storage: new Docker({ imageName: "doomed" }),
  },
  () => {
    wait();
  },
);
