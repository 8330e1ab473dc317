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

/** The blocks of a guide in one language, in the order of the page. */
async function blocks(guide: string, language: string): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, "docs/guides", guide), "utf8");
  const fences = new RegExp(`^\`\`\`${language}\\n(?<code>[\\s\\S]*?)^\`\`\`$`, "gm");
  return [...text.matchAll(fences)].map(({ groups }) => groups?.["code"] ?? "");
}

describe("the least that runs on Fargate, as the guide prints it", () => {
  it("registers and runs on local Fargate", async () => {
    const [code = ""] = await blocks("fargate.md", "ts");
    const file = join(folder, "flow.ts");
    await writeFile(file, code);
    await stack.startAgent();
    expect(await stack.cli("register", file)).toMatchObject({ code: 0 });
    const run = await stack.cli("flow-runs", "create", "hello", "--watch");
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toContain("Hello!");
  });
});

describe("the Jobs of the guide to Kubernetes", () => {
  it("register and render as they are printed, with the flow beside them", async () => {
    const [flow = ""] = await blocks("kubernetes.md", "ts");
    const jobs = await blocks("kubernetes.md", "yaml");
    expect(jobs.length).toBeGreaterThan(2);
    const file = join(folder, "kubernetes-flow.ts");
    await writeFile(file, flow);
    for (const job of jobs) {
      await writeFile(join(folder, "job_spec.yaml"), job);
      const registered = await stack.cli("register", file);
      expect(registered, registered.stderr + job).toMatchObject({ code: 0 });
      const rendered = await stack.cli("environment", "render", file, "--json");
      expect(rendered, rendered.stderr).toMatchObject({ code: 0 });
      expect(rendered.stdout).toContain("/slipway/flow.mjs");
    }
  });

  it("render with the arguments that are printed by themselves", async () => {
    const [flow = "", ...environments] = await blocks("kubernetes.md", "ts");
    const [job = ""] = await blocks("kubernetes.md", "yaml");
    expect(environments.length).toBeGreaterThan(1);
    await writeFile(join(folder, "job_spec.yaml"), job);
    const file = join(folder, "with-arguments.ts");
    for (const environment of environments) {
      const given = flow.replace(/new KubernetesJobEnvironment\(.*\);/, () => environment);
      expect(given).toContain(environment);
      await writeFile(file, given);
      const rendered = await stack.cli("environment", "render", file, "--json");
      expect(rendered, rendered.stderr + environment).toMatchObject({ code: 0 });
    }
  });
});
