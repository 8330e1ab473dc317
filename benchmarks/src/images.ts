import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FlowDescription } from "@slipway/core";
import { type BuiltImage, buildImage, bundleFlow, describeBundle } from "@slipway/storage/build";
import { type Measurement, measure } from "./measure.ts";
import type { SuiteOptions } from "./suite.ts";

const FLOWS = fileURLToPath(new URL("../flows/", import.meta.url));
const NOOP = "noop.ts";
const RUNS = 5;

interface Registered {
  readonly description: FlowDescription;
  readonly image: BuiltImage;
}

/** From a flow file to its image in an OCI layout folder: into a new folder, and again with nothing changed. */
export async function* images({ versions }: SuiteOptions): AsyncGenerator<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  let builds = 0;
  const common = { system: "slipway", n: 1, runs: RUNS, versions };
  try {
    yield await measure({ ...common, workload: "bundle", run: bundle });
    yield await measure({
      ...common,
      workload: "bundle, describe, check and build, new",
      run: () => register(join(folder, String(builds++))),
    });
    yield await measure({
      ...common,
      workload: "bundle, describe, check and build, unchanged",
      run: () => register(join(folder, "unchanged")),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundle(): Promise<void> {
  const made = await bundleFlow({ file: join(FLOWS, NOOP) });
  await made.remove();
}

/** All that registering a flow does before the server hears of it. */
export async function register(imagesDir: string, flow = NOOP): Promise<Registered> {
  const made = await bundleFlow({ file: join(FLOWS, flow) });
  try {
    const description = await describeBundle(made.path, { cwd: FLOWS });
    return { description, image: await buildImage({ bundle: made, description, imagesDir }) };
  } finally {
    await made.remove();
  }
}
