import { join } from "node:path";
import { type ContainerDefinition, StopTaskCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOutput } from "./container-output.ts";
import {
  type Bench,
  definition,
  describe1,
  isRunning,
  isStopped,
  launch,
  openBench,
  until,
} from "./local-fargate.ts";
import { writeImage } from "./oci-image.ts";
import { command, PROGRAM } from "./test-program.ts";

let bench: Bench;
let image: string;

beforeAll(async () => {
  bench = await openBench();
  image = await writeImage(join(bench.folder, "image"), { files: { "slipway/main.mjs": PROGRAM } });
});

afterAll(() => bench.close());

const container = (name: string, args: string[], fields: Partial<ContainerDefinition> = {}) => ({
  name,
  image,
  command: command(...args),
  ...fields,
});

const start = (...containerDefinitions: ContainerDefinition[]) =>
  launch(bench.ecs, definition(image, { containerDefinitions }));

const output = (arn: string, name: string) => readOutput(join(bench.folder, "data"), arn, name);

async function saysReady(arn: string, ...names: string[]): Promise<void> {
  for (const name of names) {
    await expect
      .poll(() => output(arn, name).catch(() => ""), { timeout: 15_000 })
      .toContain("ready");
  }
}

/** A check that passes once a file is there. */
const fileCheck = (path: string, fields = {}) => ({
  healthCheck: { command: ["CMD", ...command("health", path)], interval: 5, retries: 1, ...fields },
});

describe("a container's health", () => {
  it("is told of the container and the task, and a task of no service goes on without it", async () => {
    const file = join(bench.folder, "healthy");
    const arn = await start(container("flow", ["wait"], fileCheck(file)));
    const unhealthy = await until(
      bench.ecs,
      arn,
      ({ healthStatus }) => healthStatus === "UNHEALTHY",
    );
    expect(unhealthy).toMatchObject({
      lastStatus: "RUNNING",
      containers: [{ healthStatus: "UNHEALTHY" }],
    });
    await start(container("flow", ["write", file, ""]));
    const healthy = await until(bench.ecs, arn, ({ healthStatus }) => healthStatus === "HEALTHY");
    expect(healthy).toMatchObject({
      lastStatus: "RUNNING",
      containers: [{ healthStatus: "HEALTHY" }],
    });
    await bench.ecs.send(new StopTaskCommand({ task: arn }));
    await until(bench.ecs, arn, isStopped);
  });

  it("is UNKNOWN without a check, and is checked by a shell in the container's own environment", async () => {
    const healthCheck = { command: ["CMD-SHELL", 'test "$A" = "b c" && exit 0'], interval: 5 };
    const environment = [{ name: "A", value: "b c" }];
    const arn = await start(
      container("flow", ["wait"]),
      container("side", ["wait"], { essential: false, healthCheck, environment }),
    );
    const task = await until(
      bench.ecs,
      arn,
      ({ containers }) => containers?.[1]?.healthStatus === "HEALTHY",
    );
    expect(task).toMatchObject({
      healthStatus: "UNKNOWN",
      containers: [{ healthStatus: "UNKNOWN" }, {}],
    });
    await bench.ecs.send(new StopTaskCommand({ task: arn }));
    await until(bench.ecs, arn, isStopped);
  });
});

describe("a container that depends on another", () => {
  const on = (condition: "START" | "COMPLETE" | "SUCCESS" | "HEALTHY") => ({
    dependsOn: [{ containerName: "first", condition }],
  });

  it("starts when the other is HEALTHY", async () => {
    const file = join(bench.folder, "appears");
    const arn = await start(
      container("flow", ["exit", "0"], on("HEALTHY")),
      container("first", ["appear", file, "1000"], {
        essential: false,
        ...fileCheck(file, { retries: 10 }),
      }),
    );
    await until(bench.ecs, arn, ({ containers }) => containers?.[1]?.lastStatus === "RUNNING");
    expect((await describe1(bench.ecs, arn)).containers?.[0]?.lastStatus).toBe("PENDING");
    expect(await until(bench.ecs, arn, isStopped)).toMatchObject({
      stopCode: "EssentialContainerExited",
      containers: [{ exitCode: 0 }, { healthStatus: "HEALTHY" }],
    });
  });

  it("does not start when the other is not so within its startTimeout", async () => {
    const arn = await start(
      container("flow", ["exit", "0"], on("COMPLETE")),
      container("first", ["wait"], { essential: false, startTimeout: 2 }),
    );
    const task = await until(bench.ecs, arn, isStopped);
    const reason =
      "CannotStartContainerError: dependency graph: container ordering dependency [first] for target [flow] has timed out.";
    expect(task).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: reason,
      containers: [{ reason }, { exitCode: 143 }],
    });
    expect(task.containers?.[0]?.exitCode).toBeUndefined();
  });

  it("does not start when the other fails where it was to succeed, or ends before it is healthy", async () => {
    const first = container("first", ["exit", "4"], { essential: false });
    const failed = await until(
      bench.ecs,
      await start(container("flow", ["wait"], on("SUCCESS")), first),
      isStopped,
    );
    expect(failed.stoppedReason).toBe(
      "CannotStartContainerError: dependency graph: failed to resolve container ordering dependency [first] for target [flow] as dependency did not exit successfully.",
    );
    const checked = { ...first, ...fileCheck("/no/such/file") };
    const ended = await until(
      bench.ecs,
      await start(container("flow", ["wait"], on("HEALTHY")), checked),
      isStopped,
    );
    expect(ended.stoppedReason).toMatch(/dependency did not become healthy before it ended\.$/);
  });

  it("is told when the other has ended, while it still runs itself", async () => {
    const arn = await start(
      container("flow", ["wait"], on("COMPLETE")),
      container("first", ["exit", "4"], { essential: false }),
    );
    const task = await until(bench.ecs, arn, isRunning);
    expect(task.containers).toMatchObject([
      { lastStatus: "RUNNING" },
      { lastStatus: "STOPPED", exitCode: 4 },
    ]);
    await bench.ecs.send(new StopTaskCommand({ task: arn }));
    await until(bench.ecs, arn, isStopped);
  });

  it("is asked to stop before the other, which is asked only when it has ended", async () => {
    const arn = await start(
      container("flow", ["slow", "700"], on("START")),
      container("first", ["term"], { essential: false }),
    );
    await saysReady(arn, "flow", "first");
    await bench.ecs.send(new StopTaskCommand({ task: arn }));
    await until(bench.ecs, arn, isStopped);
    const endedAt = Number(/ended at (\d+)/.exec(await output(arn, "flow"))?.[1]);
    const askedAt = Number(/asked to stop at (\d+)/.exec(await output(arn, "first"))?.[1]);
    expect(askedAt).toBeGreaterThanOrEqual(endedAt);
  });
});

describe("a sidecar that is essential", () => {
  it("takes the task along when it ends", async () => {
    const arn = await start(container("flow", ["wait"]), container("side", ["exit", "9"]));
    expect(await until(bench.ecs, arn, isStopped)).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode: 143 }, { exitCode: 9 }],
    });
  });
});
