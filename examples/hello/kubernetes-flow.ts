import { Flow, task } from "slipway";
import { KubernetesJobEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

const getValue = task("get_value", () => "Example!");
const outputValue = task("output_value", ({ value }: { value: string }) => console.log(value));

const flow = new Flow("Kubernetes Job Environment w/ Resource Requests & Limits", {
  environment: new KubernetesJobEnvironment({ jobSpecFile: "job_spec.yaml" }),
  storage: new Docker({ imageName: "hello-kubernetes" }),
});

outputValue.setUpstream(getValue, { flow });
outputValue.bind({ value: getValue }, { flow });

export default flow;
