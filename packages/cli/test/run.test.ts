import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCommand, FLOWS, lastJson, untilEnded } from "./slipway-command.ts";

let command: Awaited<ReturnType<typeof createCommand>>;
beforeAll(async () => {
  command = await createCommand();
});
afterAll(() => command.remove());

const example = (path: string) =>
  fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url));

describe("slipway run", () => {
  it("prints states and logs as plain lines into a pipe", async () => {
    const { code, stdout } = await command.slipway("run", FLOWS.doubling, "-p", "count=21");
    expect(code).toBe(0);
    expect(stdout).toMatch(/info {6}double: twice 21 is 42/);
    expect(stdout.trim().split("\n").at(-1)).toMatch(/flow run: Success/);
    expect(stdout).not.toContain("\x1b");
  });

  it("prints one JSON object a line with --json", async () => {
    const args = ["run", FLOWS.doubling, "-p", "count=21", "--json"];
    const { code, stdout } = await command.slipway(...args);
    expect(code).toBe(0);
    const kinds = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).kind);
    expect(new Set(kinds)).toEqual(new Set(["flowRunState", "taskRunState", "log"]));
    expect(lastJson(stdout)).toMatchObject({ kind: "flowRunState", state: { type: "Success" } });
  });

  it("exits 1 when the run ends Failed, and says why", async () => {
    const { code, stdout } = await command.slipway("run", FLOWS.doubling, "-p", "count=-1");
    expect(code).toBe(1);
    expect(stdout).toMatch(/double: Failed: .*too small/);
  });

  it("takes parameters from a file", async () => {
    await writeFile(join(command.home, "p.json"), '{ "count": 4 }');
    const args = ["run", FLOWS.doubling, "--parameters-file", "p.json"];
    expect((await command.slipway(...args)).stdout).toContain("twice 4 is 8");
  });

  it("ends the flow's process on Ctrl-C and exits 130", async () => {
    const child = command.start("run", FLOWS.slow);
    const ended = untilEnded(child);
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (piece) => String(piece).includes("waiting") && resolve());
    });
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
  });

  it("ends as by Ctrl-C when who reads its remarks has gone", async () => {
    const child = command.start("run", FLOWS.remarking);
    const ended = untilEnded(child);
    child.stderr.once("data", () => child.stderr.destroy());
    expect((await ended).code).toBe(130);
  });

  it("leaves neither a busy flow nor its bundle behind when Ctrl-C comes twice", async () => {
    const child = command.start("run", FLOWS.busy);
    const ended = untilEnded(child);
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (piece) => String(piece).includes("spinning") && resolve());
    });
    child.kill("SIGINT");
    await sleep(100);
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    const lastTurn = () => readFile(join(command.home, "last-turn"), "utf8");
    const atTheEnd = await lastTurn();
    await sleep(300);
    expect(await lastTurn()).toBe(atTheEnd);
    expect(await readdir(command.temporary)).toEqual([]);
  });

  it("ends with the run, though the flow left a process that holds its output", async () => {
    const started = Date.now();
    const { code, stdout } = await command.slipway("run", FLOWS.leavesProcess);
    process.kill(Number(/left (\d+)/.exec(stdout)?.[1]), "SIGKILL");
    expect(code).toBe(0);
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it("makes the weather report and chart of the example", async () => {
    const { code, stdout } = await command.slipway("run", example("weather/flow.ts"));
    expect(code).toBe(0);
    const report = /\S*report\.md/.exec(stdout)?.[0] ?? "";
    const chart = /\S*chart\.svg/.exec(stdout)?.[0] ?? "";
    // Seattle's total of 2012 in that table: 1226.0 mm.
    expect(await readFile(report, "utf8")).toMatch(/\[2012\].*\| 1226 mm \|/);
    expect(await readFile(chart, "utf8")).toMatch(/^<svg [\s\S]*>2015<[\s\S]*<\/svg>\s*$/);
  });

  it("runs the two-task example under both environments", async () => {
    for (const file of ["hello/fargate-flow.ts", "hello/kubernetes-flow.ts"]) {
      const { code, stdout } = await command.slipway("run", example(file));
      expect([code, stdout]).toEqual([0, expect.stringContaining("output-value: Example!")]);
    }
  });
});

describe("slipway environment render", () => {
  it("prints the inputs as JSON, and what Slipway changes beside them", async () => {
    const args = ["environment", "render", FLOWS.doubling, "--task-definition", "doubling:7"];
    const { code, stdout, stderr } = await command.slipway(...args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      RegisterTaskDefinition: { family: "doubling", cpu: "256" },
      RunTask: { taskDefinition: "doubling:7" },
    });
    expect(stdout).toContain("<one-use token>");
    expect(stderr).toContain("containerDefinitions[0].image");
  });

  it("renders a Job from its file beside the flow", async () => {
    const args = ["environment", "render", example("hello/kubernetes-flow.ts"), "--json"];
    const { stdout } = await command.slipway(...args);
    expect(stdout).toContain('"limits":{"cpu":"2","memory":"4G"}');
  });
});

describe("help", () => {
  it.each([
    [[]],
    [["run"]],
    [["register"]],
    [["flow-runs"]],
    [["flow-runs", "create"]],
    [["server", "start"]],
    [["agent", "start"]],
    [["fargate-local"]],
    [["dev"]],
    [["environment", "render"]],
  ])("of %j says how it is used, with the global options", async (path) => {
    const { code, stdout } = await command.slipway(...path, "--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: slipway ${path.join(" ")}`));
    expect(stdout).toContain("--json");
  });

  it("lists the exit codes", async () => {
    expect((await command.slipway("--help")).stdout).toMatch(/Exit codes:[\s\S]* 130 /);
  });

  it("is what a command without its subcommand answers, as a mistake", async () => {
    expect(await command.slipway("flow-runs")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Usage: slipway flow-runs"),
    });
  });

  it("is not needed to learn the version", async () => {
    const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
    const { version } = JSON.parse(manifest);
    expect((await command.slipway("--version")).stdout).toBe(`${version}\n`);
  });
});
