import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { FLOW_FILE_PATH, type FlowStructure, messageOf, SlipwayError } from "@slipway/core";
import { applyLayer } from "./apply-layer.ts";
import { ConfinedFolder } from "./confined-folder.ts";
import { readBundleStructure } from "./describe-bundle.ts";
import type { Layer } from "./layer.ts";
import { firstDifference } from "./structure-difference.ts";

export interface CheckStructureOptions {
  readonly structure: FlowStructure;
  /** The layer as it goes into the image. */
  readonly bundleLayer: Layer;
  /** Variables that the image has. */
  readonly envVars?: Readonly<Record<string, string>> | undefined;
  readonly timeoutMs?: number | undefined;
}

/**
 * Runs the flow once more from exactly the bytes that go into the image, in an empty folder and with nothing from this
 * machine's environment. Throws `STRUCTURE_MISMATCH` where it is not the flow that is registered.
 */
export async function checkStructure(options: CheckStructureOptions): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "slipway-check-")));
  try {
    const root = join(folder, "image");
    const home = join(folder, "home");
    await Promise.all([mkdir(root), mkdir(home)]);
    const { bytes } = options.bundleLayer;
    const budget = { bytes: Number.POSITIVE_INFINITY };
    await applyLayer([bytes], "gzip", new ConfinedFolder(root), budget);
    const found = await structureInImage(join(root, FLOW_FILE_PATH), home, options);
    compare(options.structure, found);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function structureInImage(
  path: string,
  home: string,
  options: CheckStructureOptions,
): Promise<FlowStructure> {
  const env = {
    ...options.envVars,
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
  };
  try {
    return await readBundleStructure(path, {
      cwd: home,
      env,
      timeoutMs: options.timeoutMs,
      name: "the flow's bundle",
    });
  } catch (error) {
    throw failsInImage(options.structure.name, error);
  }
}

function failsInImage(flow: string, cause: unknown): SlipwayError {
  const what = `The flow "${flow}" works in its folder and not in its image`;
  return new SlipwayError(
    "STRUCTURE_MISMATCH",
    `${what}: ${messageOf(cause)}. ${ADVICE}`,
    { flow },
    { cause },
  );
}

const ADVICE =
  "What its file reads (other files, environment variables) is not there: import it, or give it as files or envVars of the storage";

function compare(registered: FlowStructure, inImage: FlowStructure): void {
  const difference = firstDifference(registered, inImage);
  if (difference === undefined) return;
  const { path, left, right } = difference;
  throw new SlipwayError(
    "STRUCTURE_MISMATCH",
    `The flow "${registered.name}" is another one in its image: ${path} is ${show(left)} here and ${show(right)} there. ${ADVICE}`,
    { flow: registered.name, path, registered: left ?? null, inImage: right ?? null },
  );
}

function show(value: unknown): string {
  const text = value === undefined ? "absent" : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
