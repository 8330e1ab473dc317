import { Flow, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

const hello = task("hello", () => {
  console.log(`hello from ${process.env["GREETING_FROM"] ?? "nowhere"}`);
});

/** Where a test wants its image; only `register` reads it, so a container need not have it. */
const { TEST_REGISTRY, TEST_BASE_IMAGE } = process.env;

export default new Flow(
  "from a registry",
  {
    environment: new FargateTaskEnvironment({
      family: "from-a-registry",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      containerDefinitions: [
        {
          name: "flow",
          image: "",
          environment: [{ name: "GREETING_FROM", value: "a container" }],
        },
      ],
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
    }),
    storage: new Docker({
      ...(TEST_REGISTRY === undefined ? {} : { registryUrl: TEST_REGISTRY }),
      ...(TEST_BASE_IMAGE === undefined ? {} : { baseImage: TEST_BASE_IMAGE }),
      imageName: "from-a-registry",
    }),
  },
  () => {
    hello({});
  },
);
