import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunTaskCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, expect, it } from "vitest";
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

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fargate-local-closing-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const options = () => ({ port: 0, dataDir: join(folder, "data"), driver: "process" }) as const;

async function image(program: string): Promise<string> {
  const config = { Cmd: ["node", "/main.mjs"] };
  return writeImage(join(folder, "image"), { files: { "main.mjs": program }, config });
}

it("starts no task while the others are being stopped, and ends it at the next start", async () => {
  const slow = `
    process.on("SIGTERM", () => { console.log("asked"); setTimeout(() => process.exit(), 600); });
    console.log("ready");
    setInterval(() => {}, 1000);`;
  const first = await startFargateLocal(options());
  let ecs = createClient(first.url);
  const arn = await launch(ecs, definition(await image(slow)));
  await until(ecs, arn, isRunning);
  const output = () => readOutput(join(folder, "data"), arn).catch(() => "");
  await expect.poll(output).toContain("ready");
  const closing = first.close();
  await expect.poll(output).toContain("asked");
  const { tasks } = await ecs.send(new RunTaskCommand(run()));
  const late = tasks?.[0]?.taskArn ?? "";
  await closing;
  expect(await readOutput(join(folder, "data"), late)).toBe("");

  const second = await startFargateLocal(options());
  try {
    ecs = createClient(second.url);
    expect(await until(ecs, late, isStopped)).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: "Local Fargate was restarted",
    });
  } finally {
    await second.close();
  }
});

it("ends with a stopped container what left its process group, as a container's end would", async () => {
  const server = await startFargateLocal(options());
  try {
    const ecs = createClient(server.url);
    const program = `
      import { spawn } from "node:child_process";
      console.log(spawn("sleep", ["600"], { detached: true, stdio: "ignore" }).pid);
      setInterval(() => {}, 1000);`;
    const arn = await launch(ecs, definition(await image(program)));
    let pid = 0;
    const readPid = async () => {
      pid = Number(await readOutput(join(folder, "data"), arn).catch(() => ""));
      return pid;
    };
    await expect.poll(readPid).toBeGreaterThan(0);
    expect(startTimeOf(pid)).toBeDefined();
    await ecs.send(new StopTaskCommand({ task: arn }));
    await until(ecs, arn, isStopped);
    await expect.poll(() => startTimeOf(pid)).toBeUndefined();
  } finally {
    await server.close();
  }
});

it("begins no pull for a task that was asked to stop before", async () => {
  const socket = join(folder, "engine.sock");
  // An engine that takes its time, while the task waits to know whether it is there.
  const pings: ServerResponse[] = [];
  const engine = createServer((_request, response) => void pings.push(response));
  const release = () => {
    for (const ping of pings.splice(0)) ping.writeHead(500).end();
  };
  engine.listen(socket);
  await once(engine, "listening");
  const server = await startFargateLocal({
    ...options(),
    driver: "auto",
    dockerHost: `unix://${socket}`,
  });
  try {
    const ecs = createClient(server.url);
    const before = pings.length;
    const arn = await launch(ecs, definition("127.0.0.1:1/none"));
    await expect.poll(() => pings.length).toBeGreaterThan(before);
    await ecs.send(new StopTaskCommand({ task: arn }));
    release();
    const task = await until(ecs, arn, isStopped);
    expect(task.pullStartedAt).toBeUndefined();
  } finally {
    await server.close();
    engine.close();
  }
});
