import { parseArgs } from "node:util";
import { GATES, runGate } from "./gates.mjs";
import { ROOT, refuse, requireSetUp } from "./set-up.mjs";

const NAMES = Object.keys(GATES);
const USAGE = `npm run check [-- --only GATE]…

Runs every gate over the whole checkout, two at a time, and exits 1 if one refuses.
Gates: ${NAMES.join(", ")}
Formatting and import order are mended by \`npm run format\`.`;

const chosen = chosenGates();
requireSetUp();
const start = performance.now();
const results = await runTwoAtATime(chosen);
const refused = results.filter((result) => !result.passed).map((result) => result.name);
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(
  refused.length === 0
    ? `All ${results.length} gates passed in ${seconds} s`
    : `Refused by ${refused.join(", ")} (${seconds} s)`,
);
process.exitCode = refused.length === 0 ? 0 : 1;

function chosenGates() {
  const options = { only: { type: "string", multiple: true }, help: { type: "boolean" } };
  const { values } = parseArguments(options);
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const only = values.only ?? NAMES;
  const unknown = only.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) refuse(`There is no gate "${unknown}"\n\n${USAGE}`);
  return only;
}

function parseArguments(options) {
  try {
    return parseArgs({ options });
  } catch (error) {
    return refuse(`${error.message}\n\n${USAGE}`);
  }
}

async function runTwoAtATime(names) {
  const waiting = [...names];
  const finished = [];
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const result = await runGate(name, ROOT);
      report(result);
      finished.push(result);
    }
  };
  await Promise.all([worker(), worker()]);
  return finished;
}

function report({ name, passed, seconds, output }) {
  console.log(
    `${name.padEnd(12)} ${passed ? "passed " : "REFUSED"} ${seconds.toFixed(1).padStart(5)} s`,
  );
  if (!passed) console.log(`\n${output.trimEnd()}\n`);
}
