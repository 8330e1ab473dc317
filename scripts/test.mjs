import { passThrough, toolPath } from "./run-tool.mjs";
import { ROOT, requireSetUp } from "./set-up.mjs";
import { closingLine, runVitest } from "./vitest-run.mjs";

// All tests that need neither root nor a system package. Arguments go to vitest: `npm test -- engine`.
requireSetUp();
await build();
const counts = await runVitest(process.argv.slice(2));
if (counts.passed + counts.failed === 0) console.error("No test ran");
console.log(closingLine(counts));
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

/** The command and the flow images are run as users run them, from `dist`. */
async function build() {
  const { code } = await passThrough(toolPath("tsc"), ["-b", "tsconfig.build.json"], { cwd: ROOT });
  if (code === 0) return;
  console.error("The build failed, so nothing was tested");
  console.log(closingLine({ passed: 0, failed: 1, skipped: 0 }));
  process.exit(1);
}
