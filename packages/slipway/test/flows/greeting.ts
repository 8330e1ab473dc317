// biome-ignore-all lint/suspicious/noConsole: flows print, and what they print is captured

import { Flow, localResult, Parameter, task } from "slipway";
import { KubernetesJobEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";
import { z } from "zod";

console.log("the flow file is loaded, token %s", process.env["SLIPWAY__CLOUD__AUTH_TOKEN"]);

const getValue = task("get_value", () => "Example!");
const outputValue = task(
  "output_value",
  { result: localResult({ location: "{flowRunId}.txt", serializer: "text" }) },
  ({ value, times }: { value: string; times: number }, { logger }) => {
    console.log("value", value);
    console.error("careful");
    logger.info("repeated");
    return value.repeat(times);
  },
);

const flow = new Flow("Greeting", {
  environment: new KubernetesJobEnvironment({
    jobSpec: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "greeting" },
      spec: { template: { spec: { containers: [{ name: "flow" }], restartPolicy: "Never" } } },
    },
  }),
  storage: new Docker({ imageName: "greeting" }),
  labels: ["gpu"],
});
outputValue.setUpstream(getValue, { flow });
outputValue.bind({ value: getValue, times: new Parameter("times", z.number()) }, { flow });

export default flow;
