import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { passThrough, toolPath } from "./run-tool.mjs";
import { ROOT, refuse, requireSetUp } from "./set-up.mjs";

const FLOW = join(ROOT, "examples/weather/flow.ts");
/** With all that they are built on; what only tests and benchmarks need is left out. */
const PACKAGES = ["packages/slipway", "packages/cli"];
const USAGE = `npm start [-- --once] [-- --port PORT] [-- --fargate-port PORT] [-- --driver auto|process|docker]

Starts a server, an agent and local Fargate, registers ${FLOW}, runs it as a Fargate
task and shows the run. Everything is kept in ${join(ROOT, ".slipway")} (or in SLIPWAY__HOME).
It stays up until Ctrl-C; with --once it ends with the run, 0 for Success and 1 for Failed.`;

const options = parseArguments();
install();
requireSetUp();
await build();
process.env["SLIPWAY__HOME"] ??= join(ROOT, ".slipway");
const { main } = await import("../packages/cli/dist/index.js");
process.exitCode = await main(["dev", FLOW, "--run", ...options]);

function parseArguments() {
  const known = {
    once: { type: "boolean" },
    port: { type: "string" },
    "fargate-port": { type: "string" },
    driver: { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  };
  try {
    if (parseArgs({ options: known }).values.help) {
      console.log(USAGE);
      process.exit(0);
    }
  } catch (error) {
    refuse(`${error.message}\n\n${USAGE}`);
  }
  return process.argv.slice(2);
}

function install() {
  if (existsSync(join(ROOT, "node_modules/.package-lock.json"))) return;
  console.log("Installing the dependencies (npm ci)…");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: ROOT,
    stdio: "inherit",
  });
  if (status !== 0) refuse("The dependencies could not be installed: see npm's words above");
}

async function build() {
  const started = Date.now();
  const slow = setTimeout(() => console.log("Building (tsc -b)…"), 1_500);
  const { code } = await passThrough(toolPath("tsc"), ["-b", ...PACKAGES], { cwd: ROOT });
  clearTimeout(slow);
  if (code !== 0) refuse("The build failed, so nothing was started: see the errors above");
  const seconds = (Date.now() - started) / 1000;
  if (seconds > 1.5) console.log(`Built in ${seconds.toFixed(1)} s`);
}
