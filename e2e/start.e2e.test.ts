import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

describe("npm start -- --once", () => {
  it("runs the weather flow as a Fargate task, prints where its results are, and ends 0", async () => {
    const child = spawn("npm", ["start", "--silent", "--", "--once"], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += String(chunk);
      });
    }
    const [code] = await once(child, "close");
    expect(code, output).toBe(0);
    expect(output).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
    const report = /\S*report\.md/.exec(output)?.[0] ?? "";
    const chart = /\S*chart\.svg/.exec(output)?.[0] ?? "";
    // Four years of days, from the table itself: 2012-01-01 to 2015-12-31.
    expect(await readFile(report, "utf8")).toMatch(/2012[\s\S]*2015/);
    expect(await readFile(chart, "utf8")).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
  }, 120_000);
});
