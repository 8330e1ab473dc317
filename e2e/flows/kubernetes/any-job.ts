import { setTimeout as sleep } from "node:timers/promises";
import { Flow, Parameter, task } from "slipway";
import { KubernetesJobEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";
import { z } from "zod";

const MIB = 1024 * 1024;

/** Holds memory for some seconds, then ends as it is told to. */
const work = task(
  "work",
  async ({ seconds, mebibytes, exit }: { seconds: number; mebibytes: number; exit: number }) => {
    console.log(`works for ${seconds} s in attempt of ${process.env["WORKER"] ?? "nobody"}`);
    await sleep(500);
    const held = Array.from({ length: mebibytes / 10 }, (_, index) =>
      Buffer.alloc(10 * MIB, index + 1),
    );
    await sleep(seconds * 1000);
    if (exit !== 0) {
      await sleep(500); // Until what it wrote has been told.
      process.exit(exit);
    }
    return held.length;
  },
);

const seconds = new Parameter("seconds", z.number().min(0).max(300).default(0));
const mebibytes = new Parameter("mebibytes", z.number().min(0).max(2000).default(0));
const exit = new Parameter("exit", z.number().int().min(0).max(255).default(0));

/** Where a test keeps its Job and wants its image, and what else the environment is given; only `register` reads them. */
const {
  TEST_JOB_SPEC = "job_spec.yaml",
  TEST_ARGUMENTS = "{}",
  TEST_REGISTRY,
  TEST_BASE_IMAGE,
} = process.env;

export default new Flow(
  "any job",
  {
    environment: new KubernetesJobEnvironment({
      jobSpecFile: TEST_JOB_SPEC,
      ...JSON.parse(TEST_ARGUMENTS),
    }),
    storage: new Docker({
      ...(TEST_REGISTRY === undefined ? {} : { registryUrl: TEST_REGISTRY }),
      ...(TEST_BASE_IMAGE === undefined ? {} : { baseImage: TEST_BASE_IMAGE }),
      imageName: "any-job",
    }),
  },
  () => {
    work({ seconds, mebibytes, exit });
  },
);
