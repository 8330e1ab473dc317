import { Flow, task } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

const getValue = task("get_value", () => "Example!");
const outputValue = task("output_value", ({ value }: { value: string }) => console.log(value));

const flow = new Flow("Fargate Task Environment", {
  environment: new FargateTaskEnvironment({
    // Any field of RegisterTaskDefinition …
    family: "my-flow",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    containerDefinitions: [
      { name: "flow", image: "", environment: [{ name: "MY_ENV", value: "foo" }] },
    ],
    // … and any field of RunTask, by the names that AWS gives them.
    cluster: "default",
    networkConfiguration: {
      awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"], assignPublicIp: "ENABLED" },
    },
  }),
  storage: new Docker({ imageName: "hello" }),
});

// The imperative API: first the order, then what feeds which input.
outputValue.setUpstream(getValue, { flow });
outputValue.bind({ value: getValue }, { flow });

export default flow;
