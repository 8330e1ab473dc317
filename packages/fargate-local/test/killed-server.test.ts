import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegisterTaskDefinitionCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startFargateLocal } from "../src/index.ts";
import { startTimeOf } from "../src/store/processes.ts";
import { readOutput } from "./container-output.ts";
import {
  createClient,
  definition,
  isRunning,
  isStopped,
  launch,
  run,
  until,
} from "./local-fargate.ts";
import { writeImage } from "./oci-image.ts";
import { type OwnProcess, startOwnProcess } from "./own-process.ts";

let folder: string;
let first: OwnProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fargate-local-killed-"));
});

afterEach(async () => {
  await first?.kill();
  await rm(folder, { recursive: true, force: true });
});

// Not `kill(pid, 0)`: an ended process that nobody has waited for still answers that.
const isAlive = (pid: number): boolean => startTimeOf(pid) !== undefined;

describe("a server that is killed", () => {
  it("finds the processes that it left behind at its next start, and ends them and their tasks", async () => {
    const image = await writeImage(join(folder, "image"), {
      files: { "wait.mjs": "console.log(process.pid); setInterval(() => {}, 1000);" },
      config: { Cmd: ["node", "/wait.mjs"] },
    });
    const options = { port: 0, dataDir: join(folder, "data"), driver: "process" } as const;
    first = await startOwnProcess(options);
    let ecs = createClient(first.url);
    await ecs.send(new RegisterTaskDefinitionCommand(definition(image)));
    const ran = await ecs.send(new RunTaskCommand(run()));
    const arn = ran.tasks?.[0]?.taskArn ?? "";
    await until(ecs, arn, isRunning);
    const output = () => readOutput(join(folder, "data"), arn);
    let pid = Number.NaN;
    while (!(pid > 0)) pid = Number(await output().catch(() => ""));
    await first.kill();
    expect(isAlive(pid)).toBe(true);

    const second = await startFargateLocal(options);
    try {
      ecs = createClient(second.url);
      const task = await until(ecs, arn, isStopped);
      expect(task).toMatchObject({
        stopCode: "TerminationNotice",
        stoppedReason: "Local Fargate was restarted",
        containers: [{ lastStatus: "STOPPED" }],
      });
      expect(task.containers?.[0]?.exitCode).toBeUndefined();
      expect(isAlive(pid)).toBe(false);
      expect(await output()).toBe(`${pid}\n`);
    } finally {
      await second.close();
    }
  });

  it("ends what is left of a container whose first process has ended meanwhile", async () => {
    const program = `
      import { spawn } from "node:child_process";
      const child = (options) => spawn("sleep", ["600"], { stdio: "ignore", ...options });
      console.log(child({}).pid, child({ detached: true }).pid, process.pid);
      process.stdout.on("error", () => process.exit());
      setInterval(() => console.log(""), 20);`;
    const image = await writeImage(join(folder, "image"), {
      files: { "parent.mjs": program },
      config: { Cmd: ["node", "/parent.mjs"] },
    });
    const options = { port: 0, dataDir: join(folder, "data"), driver: "process" } as const;
    first = await startOwnProcess(options);
    let ecs = createClient(first.url);
    const arn = await launch(ecs, definition(image));
    const readPids = async () => {
      const output = await readOutput(join(folder, "data"), arn).catch(() => "");
      return output.split("\n", 1).join().split(" ").map(Number);
    };
    await expect.poll(readPids).toHaveLength(3);
    const [inGroup = 0, detached = 0, parent = 0] = await readPids();
    await first.kill();
    await expect.poll(() => isAlive(parent)).toBe(false);
    expect([inGroup, detached].map(isAlive)).toEqual([true, true]);

    const second = await startFargateLocal(options);
    try {
      ecs = createClient(second.url);
      await until(ecs, arn, isStopped);
      await expect.poll(() => [inGroup, detached].map(isAlive)).toEqual([false, false]);
    } finally {
      await second.close();
    }
  });
});
