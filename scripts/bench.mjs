import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startComponents } from "../test/components/components.mjs";
import { passThrough, toolPath } from "./run-tool.mjs";
import { ROOT, refuse, requireSetUp } from "./set-up.mjs";

/** Suites whose workloads need a real component, by the suite that they belong to. */
const ON_COMPONENTS = {
  launch: { workloads: "launch-jobs", components: ["registry", "kubernetes"] },
};
const SUITES = ["engine", "launch", "launch-rate", "images", "server"];
const LATER = ["web", "scale"];
const USAGE = `npm run bench -- SUITE… [--json] [--peers]

Suites: ${SUITES.join(", ")} (no workload yet: ${LATER.join(", ")})
--json   one JSON object a line: system, workload, n, runs, medianMs, perUnitUs, perSecond, rssMb, versions
--peers  other systems or plain floors side by side, where a suite has them

Compare only figures of one run on one quiet machine.`;

const { suites, flags } = chosen();
requireSetUp();
process.exitCode = (await build()) ? await measureAll() : 1;

function chosen() {
  const options = {
    json: { type: "boolean" },
    peers: { type: "boolean" },
    help: { type: "boolean" },
  };
  const { positionals, values } = parseArguments(options);
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (positionals.length === 0) refuse(USAGE);
  for (const name of positionals) {
    if (LATER.includes(name)) refuse(`The suite ${name} has no workload yet`);
    if (!SUITES.includes(name)) refuse(`There is no suite "${name}"\n\n${USAGE}`);
  }
  const flags = ["json", "peers"].filter((name) => values[name]).map((name) => `--${name}`);
  return { suites: positionals, flags };
}

function parseArguments(options) {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return refuse(`${error.message}\n\n${USAGE}`);
  }
}

async function build() {
  return (await passThrough(toolPath("tsc"), ["-b", "benchmarks"], { cwd: ROOT })).code === 0;
}

async function measureAll() {
  for (const suite of suites) {
    const code = (await measure(suite)) || (await measureOnComponents(ON_COMPONENTS[suite]));
    if (code !== 0) return code;
  }
  return 0;
}

/** Each suite in a process of its own, so that none finds the other's memory. */
async function measure(workloads, env = {}) {
  const args = ["benchmarks/dist/run.js", workloads, ...flags];
  const options = { cwd: ROOT, env: { ...process.env, ...env } };
  return (await passThrough(process.execPath, args, options)).code;
}

async function measureOnComponents(suite) {
  if (suite === undefined) return 0;
  if (process.platform !== "linux" || process.getuid() !== 0) {
    console.error(
      `${suite.workloads}: left out, since only root on Linux can start ${suite.components.join(" and ")}`,
    );
    return 0;
  }
  // Figures alone go to the standard output.
  console.log = console.error;
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-components-"));
  const { signal } = new AbortController();
  const running = await startComponents(suite.components, { folder, signal });
  try {
    return await measure(suite.workloads, running.env);
  } finally {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
