import { requireSetUp } from "./set-up.mjs";
import { build, closingLine, runVitest } from "./vitest-run.mjs";

// All tests that need neither root nor a system package. Arguments go to vitest: `npm test -- engine`.
requireSetUp();
const built = await build();
const counts = built
  ? await runVitest(process.argv.slice(2))
  : { passed: 0, failed: 1, skipped: 0 };
if (counts.passed + counts.failed === 0) console.error("No test ran");
console.log(closingLine(counts));
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
