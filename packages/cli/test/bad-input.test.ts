import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCommand, FLOWS, lastJson } from "./slipway-command.ts";

type Command = Awaited<ReturnType<typeof createCommand>>;

let command: Command;
beforeAll(async () => {
  command = await createCommand();
  // Not kept beside the others, since no formatter can read it.
  await writeFile(join(command.home, "syntax.ts"), 'export default new Flow("unfinished"\n');
});
afterAll(() => command.remove());

/** What is given, the code and words that it is answered with. */
const MISTAKES: readonly (readonly [string, readonly string[], string, RegExp])[] = [
  ["an absent file", ["run", "absent.ts"], "FLOW_FILE_NOT_FOUND", /absent\.ts/],
  ["a file that throws", ["run", FLOWS.throws], "FLOW_FILE_FAILED", /no such table: orders/],
  ["a file that is no TypeScript", ["run", "syntax.ts"], "BUNDLE_FAILED", /syntax\.ts/],
  ["a file without a flow", ["run", FLOWS.noFlow], "FLOW_NOT_EXPORTED", /export default/],
  ["a cycle", ["run", FLOWS.cycle], "FLOW_CYCLE", /first.*second/],
  ["two tasks with one slug", ["run", FLOWS.oneSlug], "DUPLICATE_TASK_SLUG", /load/],
  ["an invalid CPU and memory pair", ["run", FLOWS.cpuMemory], "ENVIRONMENT_INVALID", /8192/],
  ["a missing parameter", ["run", FLOWS.doubling], "MISSING_PARAMETER", /count/],
  [
    "a parameter of the wrong type",
    ["run", FLOWS.doubling, "-p", "count=many"],
    "INVALID_PARAMETER",
    /count/,
  ],
  [
    "an unknown parameter",
    ["run", FLOWS.doubling, "-p", "count=1", "-p", "cuont=2"],
    "UNKNOWN_PARAMETER",
    /cuont.*count/,
  ],
  [
    "a parameter without a value",
    ["run", FLOWS.doubling, "-p", "count"],
    "INVALID_ARGUMENT",
    /name=value/,
  ],
  [
    "a flow without environment",
    ["register", FLOWS.noEnvironment],
    "FLOW_WITHOUT_ENVIRONMENT",
    /homeless/,
  ],
  [
    "rendering a flow without environment",
    ["environment", "render", FLOWS.noEnvironment],
    "FLOW_WITHOUT_ENVIRONMENT",
    /homeless/,
  ],
  ["an unknown command", ["regster", "x"], "INVALID_ARGUMENT", /did you mean register/],
  ["an unknown subcommand", ["flows", "lst"], "INVALID_ARGUMENT", /did you mean list/],
  ["an unknown option", ["flows", "list", "--projct", "x"], "INVALID_ARGUMENT", /--project/],
  ["a missing argument", ["run"], "INVALID_ARGUMENT", /file/],
  ["an argument too many", ["run", "a.ts", "b.ts"], "INVALID_ARGUMENT", /too many arguments/],
  ["a port that is none", ["server", "start", "--port", "x"], "INVALID_ARGUMENT", /--port.*"x"/],
  ["an address that is none", ["flows", "list", "--api", "x"], "INVALID_ARGUMENT", /--api.*"x"/],
  ["an unknown driver", ["fargate-local", "--driver", "vm"], "INVALID_ARGUMENT", /process, docker/],
  ["an unknown state", ["flow-runs", "list", "--state", "Faild"], "INVALID_ARGUMENT", /Failed/],
];

describe("bad input", () => {
  it.each(MISTAKES)(
    "%s gives one typed error and exit code 2",
    async (_what, args, code, words) => {
      const [plain, json] = await Promise.all([
        command.slipway(...args),
        command.slipway(...args, "--json"),
      ]);
      expect(plain).toMatchObject({ code: 2, stdout: "" });
      expect(plain.stderr).toMatch(new RegExp(`^error ${code}: `));
      expect(plain.stderr.replaceAll("\n", " ")).toMatch(words);
      expect(json).toMatchObject({ code: 2, stdout: "" });
      expect(JSON.parse(json.stderr)).toMatchObject({ error: { code, exitCode: 2 } });
    },
  );

  it("shows the author's own line of a file that throws, and no stack otherwise", async () => {
    const thrown = await command.slipway("run", FLOWS.throws);
    expect(thrown.stderr).toMatch(/at .*test\/flows\/throws\.ts:1:/);
    const cycle = await command.slipway("run", FLOWS.cycle);
    expect(cycle.stderr).not.toMatch(/^\s+at /m);
  });
});

describe("a server that is down", () => {
  it("is named, with what starts one, and exit code 3", async () => {
    for (const args of [
      ["flows", "list"],
      ["register", FLOWS.doubling],
    ]) {
      const { code, stderr } = await command.slipway(...args);
      expect(code).toBe(3);
      expect(stderr).toMatch(/SERVER_UNREACHABLE.*127\.0\.0\.1:1\/graphql.*slipway server start/);
    }
    const json = await command.slipway("flows", "list", "--json");
    expect(lastJson(json.stderr)).toMatchObject({ error: { code: "SERVER_UNREACHABLE" } });
  });
});
