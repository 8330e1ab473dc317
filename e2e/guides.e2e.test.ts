import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "./harness.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

let stack: Stack;
let folder: string;
beforeAll(async () => {
  stack = await startStack();
  // In the workspace, so that the file finds `slipway` as an author's would.
  folder = await mkdtemp(join(ROOT, "examples", ".slipway-guide-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await stack.close();
});

describe("the least that runs on Fargate, as the guide prints it", () => {
  it("registers and runs on local Fargate", async () => {
    const guide = await readFile(join(ROOT, "docs/guides/fargate.md"), "utf8");
    const file = join(folder, "flow.ts");
    await writeFile(file, /```ts\n(?<code>[\s\S]*?)```/.exec(guide)?.groups?.["code"] ?? "");
    await stack.startAgent();
    expect(await stack.cli("register", file)).toMatchObject({ code: 0 });
    const run = await stack.cli("flow-runs", "create", "hello", "--watch");
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toContain("Hello!");
  });
});
