import { Flow, task } from "slipway";
import { KubernetesJobEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

const getValue = task("get_value", () => "Example!");
const outputValue = task("output_value", ({ value }: { value: string }) => console.log(value));

/** Where a test wants its image; only `register` reads it. */
const { TEST_REGISTRY, TEST_BASE_IMAGE } = process.env;

const flow = new Flow("with a dummy first container", {
  environment: new KubernetesJobEnvironment({ jobSpecFile: "job_spec.yaml" }),
  storage: new Docker({
    ...(TEST_REGISTRY === undefined ? {} : { registryUrl: TEST_REGISTRY }),
    ...(TEST_BASE_IMAGE === undefined ? {} : { baseImage: TEST_BASE_IMAGE }),
    imageName: "dummy",
  }),
});

outputValue.setUpstream(getValue, { flow });
outputValue.bind({ value: getValue }, { flow });

export default flow;
