import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Measurement } from "./measure.ts";
import type { Suite } from "./suite.ts";

/** Each suite by name; its module is loaded only when it is measured, so that memory is its own. */
const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  engine: async () => (await import("./engine.ts")).engine,
  launch: async () => (await import("./launch.ts")).launch,
  "launch-jobs": async () => (await import("./launch-jobs.ts")).launchJobs,
  "launch-rate": async () => (await import("./launch-rate.ts")).launchRate,
  images: async () => (await import("./images.ts")).images,
  server: async () => (await import("./server.ts")).server,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    peers: { type: "boolean", default: false },
  },
});
const load = SUITES[positionals[0] ?? ""];
if (load === undefined) throw new Error(`No suite ${positionals[0]}`);
const suite = await load();
const versions = { slipway: await ownVersion() };
for await (const measurement of suite({ peers: values.peers, versions })) {
  console.log(values.json ? JSON.stringify(measurement) : toLine(measurement));
}

function toLine({ system, workload, n, runs, medianMs, perUnitUs, rssMb }: Measurement): string {
  const name = `${system}: ${workload}`.padEnd(60);
  const figures = [`${medianMs} ms`, `${perUnitUs} µs each`, `${rssMb} MB`];
  return `${name} n=${n}, median of ${runs}: ${figures.join(", ")}`;
}

async function ownVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(
    await readFile(new URL("../package.json", import.meta.url), "utf8"),
  );
  const hasVersion = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return hasVersion ? String(manifest.version) : "unknown";
}
