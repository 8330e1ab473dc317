import { randomBytes } from "node:crypto";
import { createClient } from "@slipway/client";
import type { State } from "@slipway/core";

// What a test's image runs: answers `describe` and `structure` as a flow's bundle does, and as a container does what its
// variables say. It leaves the engine out, so that a test says exactly what the process does.

const { env } = process;

function describe(): void {
  process.send?.({ kind: "description", description: JSON.parse(DESCRIPTION) });
}

function structure(): void {
  process.send?.({ kind: "structure", structure: JSON.parse(DESCRIPTION).structure });
}

async function runContainer(): Promise<void> {
  process.stdout.write(`container of ${env["SLIPWAY__CONTEXT__FLOW_RUN_ID"]}\n`);
  if (env["TEST_EXIT_CODE"] !== undefined) process.exit(Number(env["TEST_EXIT_CODE"]));
  if (env["TEST_SLEEP_MS"] !== undefined) await sleep(Number(env["TEST_SLEEP_MS"]));
  const url = env["SLIPWAY__CLOUD__GRAPHQL"] ?? "";
  if (url === "none") return;
  await report(url);
}

async function report(url: string): Promise<void> {
  const patience = { url, retryForMs: 60_000 };
  const start = createClient({ ...patience, apiKey: env["SLIPWAY__CLOUD__AUTH_TOKEN"] });
  // A token of its own, as a flow's process makes it, so that a check-in whose answer is lost is said again.
  const own = `slr_${randomBytes(32).toString("base64url")}`;
  const { runToken, flowRun } = await start.startRun(own);
  const client = createClient({ ...patience, apiKey: runToken });
  const timestamp = new Date().toISOString();
  const send = (firstSequence: number, flowRunState: State) =>
    client.recordRun({ firstSequence, events: [{ flowRunState }] });
  await send(0, { type: "Running", timestamp });
  await sleep(Number(flowRun.parameters["milliseconds"] ?? 0));
  await send(1, { type: "Success", timestamp: new Date().toISOString() });
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Put in when the image is made. */
declare const DESCRIPTION: string;

if (process.argv[2] === "describe") describe();
else if (process.argv[2] === "structure") structure();
else await runContainer();
