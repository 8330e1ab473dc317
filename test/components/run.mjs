import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, refuse, requireSetUp } from "../../scripts/set-up.mjs";
import { build, closingLine, runVitest } from "../../scripts/vitest-run.mjs";
import { COMPONENTS, NAMES, startComponents } from "./components.mjs";
import { findTestFiles } from "./test-files.mjs";

const USAGE = `npm run test:components [-- COMPONENT…]

Starts the real components on loopback, runs the tests that name one of them, and ends what it started.
Without a name: every component that a test names. Components: ${NAMES.join(", ")}`;

requireSetUp();
const { files, components } = choose(process.argv.slice(2));
const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => interruption.abort());
const counts = (await build())
  ? await testAgainstComponents()
  : { passed: 0, failed: 1, skipped: 0 };
if (counts.passed + counts.failed === 0) console.error("No test ran");
if (counts.skipped > 0) console.error("A component test runs or fails: none may be skipped");
console.log(closingLine(counts));
process.exitCode = counts.failed > 0 || counts.passed === 0 || counts.skipped > 0 ? 1 : 0;

function choose(names) {
  if (names.includes("--help")) {
    console.log(USAGE);
    process.exit(0);
  }
  const all = findTestFiles(ROOT);
  const silent = all.filter((test) => test.components.length === 0).map((test) => test.file);
  if (silent.length > 0) {
    refuse(
      `Component tests begin with a line like "// component: docker registry", and these do not:\n  ${silent.join("\n  ")}`,
    );
  }
  const named = new Set(all.flatMap((test) => test.components));
  for (const name of [...names, ...named]) {
    if (!NAMES.includes(name)) refuse(`There is no component "${name}"\n\n${USAGE}`);
    if (!named.has(name)) refuse(`No test needs the component ${name} yet`);
    if (!(name in COMPONENTS)) refuse(`A test names ${name}, and nothing here can start it`);
  }
  const wanted = names.length === 0 ? [...named] : names;
  const chosen = all.filter((test) => test.components.some((name) => wanted.includes(name)));
  const components = new Set(chosen.flatMap((test) => test.components));
  return { files: chosen.map((test) => test.file), components: [...components] };
}

async function testAgainstComponents() {
  // Not in the checkout: a Docker engine's layers would be in the way of every other tool.
  const folder = mkdtempSync(join(tmpdir(), "slipway-components-"));
  const { signal } = interruption;
  let running;
  try {
    running = await startComponents(components, { folder, signal });
    const args = ["--config", "test/components/vitest.config.ts", ...files];
    return await runVitest(args, { env: { ...process.env, ...running.env }, signal });
  } catch (error) {
    console.error(signal.aborted ? "Interrupted" : error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    await running?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
