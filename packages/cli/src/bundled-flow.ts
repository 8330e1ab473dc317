import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type FlowDescription, isSlipwayError, SlipwayError } from "@slipway/core";
import type { FlowBundle } from "@slipway/storage/build";
import type { Context } from "./context.ts";

export interface BundledFlow {
  readonly bundle: FlowBundle;
  readonly description: FlowDescription;
}

/** Bundles a flow file, asks the bundle what it holds, and removes it when `use` has ended. Throws the flow file's typed errors. */
export async function withBundledFlow<T>(
  file: string,
  { cwd, settings, signal }: Pick<Context, "cwd" | "settings" | "signal">,
  use: (flow: BundledFlow) => Promise<T>,
): Promise<T> {
  const { bundleFlow, describeBundle } = await import("@slipway/storage/build");
  const path = resolve(cwd, file);
  const folder = dirname(path);
  const outDir = await mkdtemp(join(tmpdir(), "slipway-bundle-"));
  const remove = () => rmSync(outDir, { recursive: true, force: true });
  process.on("exit", remove); // A second Ctrl-C ends the process without a word.
  try {
    const bundle = await bundleFlow({ file: path, outDir });
    const described = await describeBundle(bundle.path, {
      cwd: folder,
      env: settings.environment,
    });
    signal.throwIfAborted();
    return await use({ bundle, description: await withCheckedEnvironment(described) });
  } catch (error) {
    throw isSlipwayError(error) ? namingSources(error, outDir, folder) : error;
  } finally {
    process.off("exit", remove);
    remove();
  }
}

async function withCheckedEnvironment(description: FlowDescription): Promise<FlowDescription> {
  const { environment } = description;
  if (environment === null) return description;
  const { checkedEnvironment } = await import("@slipway/environments/plan");
  return { ...description, environment: checkedEnvironment(environment) };
}

/** A stack from a bundle names sources beside the bundle; the author's stand in the flow's folder. */
function namingSources(error: SlipwayError, outDir: string, folder: string): SlipwayError {
  const { code, message, details, cause } = error;
  const { stack } = details;
  if (typeof stack !== "string") return error;
  const named = stack.replaceAll(outDir, folder);
  return new SlipwayError(code, message, { ...details, stack: named }, { cause });
}
