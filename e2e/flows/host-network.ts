import { Flow, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

const hello = task("hello", () => {
  console.log(`hello from ${process.env["GREETING_FROM"] ?? "nowhere"}`);
});

const { TEST_REGISTRY, TEST_BASE_IMAGE } = process.env;

// Launched on the host's network, so that the container reaches a server on loopback.
export default new Flow(
  "on the host's network",
  {
    environment: new FargateTaskEnvironment({
      family: "host-network",
      launchType: "EC2",
      networkMode: "host",
      containerDefinitions: [
        {
          name: "author-named-it",
          image: "",
          memory: 512,
          environment: [{ name: "GREETING_FROM", value: "a container" }],
        },
      ],
      tags: [{ key: "team", value: "harbour" }],
    }),
    storage: new Docker({
      ...(TEST_REGISTRY === undefined ? {} : { registryUrl: TEST_REGISTRY }),
      ...(TEST_BASE_IMAGE === undefined ? {} : { baseImage: TEST_BASE_IMAGE }),
      imageName: "host-network",
    }),
  },
  () => {
    hello({});
  },
);
