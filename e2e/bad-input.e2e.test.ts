import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FLOWS, type Stack, startStack } from "./harness.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

const bad = (file: string) => join(FLOWS, "bad", file);

/** Each mistake, what `register` says of it, and the words that must stand in the message. */
const MISTAKES = [
  {
    what: "a file that throws",
    file: "throws.ts",
    code: "FLOW_FILE_FAILED",
    words: ["no such table: orders", "throws.ts"],
  },
  {
    what: "a file that exports no flow",
    file: "no-flow.ts",
    code: "FLOW_NOT_EXPORTED",
    words: ["export default"],
  },
  { what: "a cycle", file: "cycle.ts", code: "FLOW_CYCLE", words: ["first", "second"] },
  {
    what: "two tasks with one slug",
    file: "two-tasks-one-slug.ts",
    code: "DUPLICATE_TASK_SLUG",
    words: ["load"],
  },
  {
    what: "an invalid CPU and memory pair",
    file: "cpu-memory.ts",
    code: "ENVIRONMENT_INVALID",
    words: ["memory", "8192", "512"],
  },
  {
    what: "a file that is not there",
    file: "absent.ts",
    code: "FLOW_FILE_NOT_FOUND",
    words: ["absent.ts"],
  },
] as const;

describe("slipway register", () => {
  it.each(MISTAKES)("refuses $what", async ({ file, code, words }) => {
    const { code: exit, stderr } = await stack.cli("register", bad(file), "--json");
    const lines = stderr.trim().split("\n");
    const error: unknown = JSON.parse(lines.at(-1) ?? "");
    expect(error).toMatchObject({ error: { code } });
    for (const word of words) expect(stderr).toContain(word);
    expect(exit).toBe(2);
  });

  it("leaves nothing half-registered", async () => {
    const { stdout } = await stack.cli("flows", "list", "--json");
    expect(stdout).not.toMatch(/circle|twins|too-big/);
  });
});

describe("parameters", () => {
  const file = join(FLOWS, "parameters.ts");

  it.each([
    { given: [], code: "MISSING_PARAMETER" },
    { given: ["-p", "count=many"], code: "INVALID_PARAMETER" },
    { given: ["-p", "count=1", "-p", "cuont=2"], code: "UNKNOWN_PARAMETER" },
  ])("are refused by run and by flow-runs create alike: $code", async ({ given, code }) => {
    await stack.cli("register", file);
    const local = await stack.cli("run", file, ...given, "--json");
    const remote = await stack.cli("flow-runs", "create", "doubling", ...given, "--json");
    for (const { code: exit, stderr } of [local, remote]) {
      expect(stderr).toContain(code);
      expect(stderr).toContain("count");
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(exit).toBe(2);
    }
    const { stdout } = await stack.cli("flow-runs", "list", "--json");
    expect(stdout).not.toContain("doubling");
  });
});

describe("what only the endpoint knows", () => {
  it("ends the run Failed with AWS's words for an unknown cluster", async () => {
    await stack.startAgent();
    await stack.cli("register", bad("unknown-cluster.ts"));
    const run = await stack.cli("flow-runs", "create", "elsewhere", "--watch", "--json");
    expect(run.code).toBe(1);
    expect(run.stdout).toContain("ClusterNotFoundException");
  });
});

describe("an ECS endpoint that is down", () => {
  it("ends the run Failed and names the endpoint", async () => {
    const own = await startStack({ env: { AWS_ENDPOINT_URL_ECS: "http://127.0.0.1:9" } });
    try {
      await own.startAgent();
      await own.cli("register", join(FLOWS, "slow.ts"));
      const run = await own.cli("flow-runs", "create", "slow", "--watch", "--json");
      expect(run.code).toBe(1);
      expect(run.stdout).toContain("CLOUD_UNREACHABLE");
      expect(run.stdout).toContain("127.0.0.1:9");
    } finally {
      await own.close();
    }
  });
});

describe("a server that is down", () => {
  it("is named, with what starts it", async () => {
    const { runCli } = await import("./harness.ts");
    const { code, stderr } = await runCli(
      ["flows", "list", "--api", "http://127.0.0.1:9/graphql"],
      stack.env,
    );
    expect(code).toBe(3);
    expect(stderr).toContain("SERVER_UNREACHABLE");
    expect(stderr).toContain("slipway server start");
  });
});
