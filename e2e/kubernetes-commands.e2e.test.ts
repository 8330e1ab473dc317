import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLOWS, runCli, type Stack, startStack } from "./harness.ts";

const FILE = join(FLOWS, "kubernetes/any-job.ts");

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ driver: "process" });
});
afterAll(() => stack.close());

const manifest = (memory: string, password: string) => `apiVersion: batch/v1
kind: Job
metadata: {name: any, namespace: flows}
spec:
  template:
    spec:
      containers:
      - name: flow
        env:
        - {name: DB_PASSWORD, value: ${password}}
        resources: {requests: {memory: ${memory}}, limits: {memory: ${memory}}}
`;

/** Runs a command with this manifest beside the flow file. */
function withManifest<T>(text: string, use: (cli: Cli) => Promise<T>): Promise<T> {
  return withTempDir(async (folder) => {
    const job = join(folder, "job.yaml");
    await writeFile(job, text);
    const env = { ...stack.env, TEST_JOB_SPEC: job, KUBECONFIG: join(folder, "none") };
    return use((...args) => runCli(args, env));
  });
}

type Cli = (...args: string[]) => ReturnType<typeof runCli>;

describe("a Kubernetes Job, without a cluster", () => {
  it("is planned before there is a version, with the Role that the agent needs", () =>
    withManifest(manifest("1Gi", "canary-1"), async (cli) => {
      const { code, stdout, stderr } = await cli("environment", "plan", FILE, "--json");
      expect(code, stderr).toBe(0);
      const said = JSON.parse(stdout);
      expect(said).toMatchObject({
        previousVersion: null,
        changes: [],
        policy: { kind: "Role", metadata: { namespace: "flows" } },
      });
      expect(said.size.bytes).toBeGreaterThan(500);
      const role = await cli("environment", "plan", FILE, "--policy");
      expect(role.stdout).toMatch(/^kind: Role$/m);
      expect(role.stdout).toMatch(/^ +- jobs$/m);
    }));

  it("is registered with notices, and a plan then says what has changed, without secrets", async () => {
    await withManifest(manifest("1Gi", "canary-1"), async (cli) => {
      const { code, stderr } = await cli("register", FILE);
      expect(code, stderr).toBe(0);
      expect(stderr).toMatch(/env\[0\]` puts DB_PASSWORD in the open/);
      const plan = await cli("environment", "plan", FILE);
      expect(plan.stdout).toContain("Nothing of the environment has changed since version 1");
    });
    await withManifest(manifest("2Gi", "canary-2"), async (cli) => {
      const { stdout } = await cli("environment", "plan", FILE);
      const flow = "CreateNamespacedJob.spec.template.spec.containers[0]";
      expect(stdout).toContain(`${flow}.resources.limits.memory: "1Gi" → "2Gi"`);
      expect(stdout).toContain(`${flow}.env.DB_PASSWORD: "‹hidden›" → "‹hidden›"`);
      expect(stdout).not.toContain("canary");
    });
  });

  it("is advised on only when runs have told what they used", () =>
    withManifest(manifest("1Gi", "x"), async (cli) => {
      const { code, stdout } = await cli("environment", "advise", "any job", "--json");
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({ flow: "any job", runs: 0, advice: null });
    }));

  it("is rendered as both inputs, and what Slipway changes in them", () =>
    withManifest(manifest("1Gi", "x"), async (cli) => {
      const { code, stdout, stderr } = await cli("environment", "render", FILE);
      expect(code, stderr).toBe(0);
      const { CreateNamespacedSecret: secret, CreateNamespacedJob: job } = JSON.parse(stdout);
      expect(secret).toMatchObject({
        metadata: { name: job.metadata.name, namespace: "flows" },
        stringData: { token: "<one-use token>" },
      });
      expect(stderr).toMatch(/CreateNamespacedJob spec\.backoffLimit\n +0 when/);
    }));

  it("is refused with the line and column of what is wrong", () =>
    withManifest(manifest("lots", "x"), async (cli) => {
      const { code, stderr } = await cli("register", FILE);
      expect(code).toBe(2);
      expect(stderr).toMatch(/job\.yaml:11:40` .*requests\.memory must be a quantity/);
    }));
});
