import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { FlowRunDetail, SlipwayClient } from "@slipway/client";
import { register } from "./images.ts";

const CLI = fileURLToPath(new URL("../../packages/cli/bin/slipway.mjs", import.meta.url));

/** A part of the system in a process of its own, as users start it. */
export type Part = ChildProcess;

/** Starts a part and answers its address, which it says in its first line. */
export async function startPart(
  home: string,
  args: readonly string[],
  parts: Part[],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [CLI, "--json", ...args], {
    env: { PATH, HOME: home, SLIPWAY__HOME: home, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  parts.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const said: unknown = JSON.parse(line);
    if (typeof said !== "object" || said === null || !("kind" in said)) continue;
    if (said.kind !== "ready") continue;
    child.stdout.resume();
    return "url" in said ? String(said.url) : "";
  }
  throw new Error(`slipway ${args.join(" ")} did not start`);
}

/** Ends the parts, the last one first. */
export async function endParts(parts: readonly Part[]): Promise<void> {
  for (const part of parts.toReversed()) await end(part);
}

async function end(child: Part): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await Promise.race([ended, sleep(10_000).then(() => child.kill("SIGKILL"))]);
}

/** Registers a flow of `benchmarks/flows`, and answers the id of its version. */
export async function registerFlow(
  client: SlipwayClient,
  imagesDir: string,
  flow: string,
): Promise<string> {
  const { description, image } = await register(imagesDir, flow);
  const { structure, environment, labels } = description;
  await client.createProject("default");
  const { flowVersion } = await client.registerFlow({
    project: "default",
    structure,
    image: image.reference,
    environmentType: environment?.type ?? "",
    labels,
  });
  return flowVersion.id;
}

/** Looks at a run until the condition holds, and answers it as it is then. */
export async function until(
  client: SlipwayClient,
  id: string,
  condition: (run: FlowRunDetail) => boolean,
  intervalMs = 5,
): Promise<FlowRunDetail> {
  for (;;) {
    const run = await client.flowRun(id);
    if (run !== null && condition(run)) return run;
    await sleep(intervalMs);
  }
}
