import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunTaskCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readFailureScript } from "../src/index.ts";
import { openBench, run } from "./local-fargate.ts";

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fargate-script-"));
  path = join(folder, "failures.yaml");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const SCRIPT = `
failures:
  - operation: RunTask
    answer: { error: { exception: ServerException, message: try again, status: 500 } }
rates:
  RunTask: { burst: 1, perSecond: 0.001 }
`;

it("a script's file is read at the start", async () => {
  await writeFile(path, SCRIPT);
  const bench = await openBench({ script: path });
  const launch = () => bench.ecs.send(new RunTaskCommand(run()));
  await expect(launch()).rejects.toMatchObject({
    name: "ServerException",
    message: "try again",
    $metadata: { httpStatusCode: 500 },
  });
  await expect(launch()).rejects.toMatchObject({ name: "ThrottlingException" });
  await bench.close();
});

it.each([
  ["is not there", undefined, /can't be read/],
  ["is not YAML", "failures: [", /is not YAML/],
  [
    "says what there isn't",
    "failures:\n  - task: spot\n",
    /failures\.yaml: failures\[0\]\.task must be one of/,
  ],
])("a script's file that %s is refused, and nothing is started", async (_name, text, message) => {
  const given = text === undefined ? join(folder, "nowhere.yaml") : path;
  if (text !== undefined) await writeFile(path, text);
  await expect(readFailureScript(given)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  await expect(openBench({ script: given })).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringMatching(message),
  });
});
