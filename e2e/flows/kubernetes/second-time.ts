import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Flow, task } from "slipway";
import { KubernetesJobEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

const MARK = "/kept/was-here";

/** The first process in a pod dies in the middle of its work, the next one ends it. */
const work = task("work", async () => {
  const time = existsSync(MARK) ? "second" : "first";
  console.log(`works for the ${time} time`);
  writeFileSync(MARK, "");
  if (time === "second") return time;
  await sleep(500); // Until what it wrote has been told.
  process.exit(3);
});

const { TEST_JOB_SPEC = "job_spec.yaml", TEST_REGISTRY, TEST_BASE_IMAGE } = process.env;

export default new Flow(
  "second time",
  {
    environment: new KubernetesJobEnvironment({ jobSpecFile: TEST_JOB_SPEC }),
    storage: new Docker({
      ...(TEST_REGISTRY === undefined ? {} : { registryUrl: TEST_REGISTRY }),
      ...(TEST_BASE_IMAGE === undefined ? {} : { baseImage: TEST_BASE_IMAGE }),
      imageName: "second-time",
    }),
  },
  () => {
    work({});
  },
);
