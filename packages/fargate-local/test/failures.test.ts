import { join } from "node:path";
import {
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Task,
} from "@aws-sdk/client-ecs";
import { afterEach, describe, expect, it } from "vitest";
import {
  type Bench,
  definition,
  isRunning,
  isStopped,
  openBench,
  run,
  until,
} from "./local-fargate.ts";
import { writeImage } from "./oci-image.ts";

const SPOT = { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }] };
/** Long enough for the program to say how it takes SIGTERM. */
const WHILE = "1s";
const ENDS = "The task ends by itself";

let bench: Bench;
let image: string;

afterEach(() => bench.close());

/** A server with one rule, and an image whose program waits and takes SIGTERM as a wish. */
async function openWith(...failures: Record<string, unknown>[]): Promise<void> {
  bench = await openBench({ script: { failures } });
  image = await writeImage(join(bench.folder, "image"), {
    files: {
      "wait.mjs": `
        process.on("SIGTERM", () => { console.log("asked to stop"); process.exit(3); });
        setInterval(() => {}, 1000);
        console.log("waits");`,
    },
    config: { Cmd: ["node", "/wait.mjs"] },
  });
}

async function register(fields: Partial<RegisterTaskDefinitionCommandInput> = {}): Promise<void> {
  await bench.ecs.send(new RegisterTaskDefinitionCommand(definition(image, fields)));
}

async function start(fields: Partial<RunTaskCommandInput> = {}): Promise<string> {
  const { launchType, ...rest } = run(fields);
  const input = fields.capacityProviderStrategy ? rest : { ...rest, launchType };
  const { tasks } = await bench.ecs.send(new RunTaskCommand(input));
  return tasks?.[0]?.taskArn ?? "";
}

async function stopped(fields: Partial<RunTaskCommandInput> = {}): Promise<Task> {
  return until(bench.ecs, await start(fields), isStopped);
}

const container = (task: Task, name = "flow") =>
  task.containers?.find((one) => one.name === name) ?? {};

describe("a task that never starts", () => {
  it.each([
    ["network-interface", /^Timeout waiting for network interface provisioning to complete\.$/],
    ["ephemeral-storage", /^Timeout waiting for EphemeralStorage provisioning to complete\.$/],
    ["role", /^ECS was unable to assume the role 'arn:aws:iam::000000000000:role\/execution'/],
    [
      "secret",
      /^ResourceInitializationError: unable to pull secrets or registry auth: .* arn:the-secret /,
    ],
    ["log-driver", /^ResourceInitializationError: failed to validate logger args: .*\/the\/group/],
    ["file-system", /^ResourceInitializationError: failed to invoke EFS utils commands/],
  ])("%s: is told by the task alone", async (task, reason) => {
    await openWith({ task });
    await register({
      executionRoleArn: "execution",
      containerDefinitions: [
        {
          name: "flow",
          image,
          secrets: [{ name: "KEY", valueFrom: "arn:the-secret" }],
          logConfiguration: {
            logDriver: "awslogs",
            options: {
              "awslogs-group": "/the/group",
              "awslogs-region": "eu-central-1",
              "awslogs-stream-prefix": "x",
            },
          },
        },
      ],
    });
    const found = await stopped();
    expect(found).toMatchObject({ stopCode: "TaskFailedToStart", desiredStatus: "STOPPED" });
    expect(found.stoppedReason).toMatch(reason);
    expect(found.startedAt).toBeUndefined();
    expect(found.pullStartedAt).toBeUndefined();
    expect(container(found)).toMatchObject({ lastStatus: "STOPPED" });
    expect(container(found).exitCode).toBeUndefined();
    expect(container(found).reason).toBeUndefined();
  });

  it.each([
    [
      "image-not-found",
      /^CannotPullContainerError: pull image manifest has been retried 1 time\(s\): failed to resolve ref .*: not found$/,
    ],
    ["image-pull-denied", /^CannotPullContainerError: .*pull access denied/],
    ["image-pull-timeout", /^CannotPullContainerError: .*: i\/o timeout$/],
    ["image-pull", /^CannotPullContainerError: ref pull has been retried 5 time\(s\)/],
    [
      "platform-mismatch",
      /^CannotPullContainerError: .*descriptor matching platform 'linux\/amd64'$/,
    ],
    ["disk-full", /^CannotPullContainerError: .*no space left on device/],
  ])("%s: is told by the task and by the container", async (task, reason) => {
    await openWith({ task });
    await register();
    const found = await stopped();
    expect(found.stopCode).toBe("TaskFailedToStart");
    expect(found.stoppedReason).toMatch(reason);
    expect(container(found)).toMatchObject({ lastStatus: "STOPPED", reason: found.stoppedReason });
    expect(container(found).exitCode).toBeUndefined();
    expect(found.pullStoppedAt).toBeInstanceOf(Date);
    expect(found.startedAt).toBeUndefined();
  });

  it.each([
    ["entry-point", /^CannotStartContainerError: .*executable file not found in \$PATH/],
    ["start-timeout", /^ContainerRuntimeTimeoutError: Could not transition to running; timed out/],
  ])("%s: is told by the container alone", async (task, reason) => {
    await openWith({ task });
    await register();
    const found = await stopped();
    expect(found).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: "Task failed to start",
    });
    expect(container(found).reason).toMatch(reason);
    expect(container(found).runtimeId).toBeUndefined();
  });

  it("capacity-provider: stays in PROVISIONING, and stops with an empty list of containers", async () => {
    await openWith({ task: "capacity-provider", after: WHILE });
    await register();
    const arn = await start();
    const early = await until(bench.ecs, arn, () => true);
    expect(early.lastStatus).toBe("PROVISIONING");
    const found = await until(bench.ecs, arn, isStopped);
    expect(found).toMatchObject({ stopCode: "TaskFailedToStart", containers: [] });
    expect(found.connectivityAt).toBeUndefined();
  });
});

describe("a running task", () => {
  it("spot-reclaim: asks the container to stop, and tells the interruption", async () => {
    await openWith({ task: "spot-reclaim", after: WHILE });
    await register();
    const found = await stopped(SPOT);
    expect(found).toMatchObject({
      stopCode: "SpotInterruption",
      stoppedReason: "Your Spot Task was interrupted.",
      capacityProviderName: "FARGATE_SPOT",
    });
    expect(container(found).exitCode).toBe(3);
    expect(bench.lines.join("\n")).toContain("asked to stop");
    expect(Number(found.stoppingAt)).toBeGreaterThanOrEqual(Number(found.startedAt) + 1000);
  });

  it("spot-reclaim: kills what does not stop within its stopTimeout, and may leave out the code", async () => {
    await openWith({ task: "spot-reclaim", after: WHILE, stopCode: "none" });
    const command = ["node", "-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"];
    await register({ containerDefinitions: [{ name: "flow", image, command, stopTimeout: 2 }] });
    const found = await stopped(SPOT);
    expect(found.stopCode).toBeUndefined();
    expect(found.stoppedReason).toBe("Your Spot Task was interrupted.");
    expect(container(found).exitCode).toBe(137);
  });

  it("spot-reclaim: never takes an on-demand task, and waits for one on Spot", async () => {
    await openWith({ task: "spot-reclaim" });
    await register();
    const arn = await start();
    const found = await stopped(SPOT);
    expect(found.stopCode).toBe("SpotInterruption");
    expect((await until(bench.ecs, arn, isRunning)).stoppedReason).toBeUndefined();
  });

  it.each([
    ["termination-notice", "TerminationNotice", /maintenance on the underlying infrastructure/],
    ["user-stop", "UserInitiated", /^Task stopped by user$/],
    ["health-check", "ServiceSchedulerInitiated", /^Task failed container health checks$/],
  ])("%s: stops the container as asked", async (task, stopCode, reason) => {
    await openWith({ task, after: WHILE });
    await register();
    const found = await stopped();
    expect(found.stopCode).toBe(stopCode);
    expect(found.stoppedReason).toMatch(reason);
    expect(container(found).exitCode).toBe(3);
  });

  it("infrastructure: ends without a word, and nobody knows the exit code", async () => {
    await openWith({ task: "infrastructure", after: WHILE });
    await register();
    const found = await stopped();
    expect(found.stopCode).toBe("InfrastructureHealth");
    expect(container(found)).toMatchObject({ lastStatus: "STOPPED" });
    expect(container(found).exitCode).toBeUndefined();
    expect(bench.lines.join("\n")).not.toContain("asked to stop");
  });

  it("out-of-memory: is the container's end, and the task's because of it", async () => {
    await openWith({ task: "out-of-memory", after: WHILE });
    await register();
    const found = await stopped();
    expect(found).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
    });
    expect(container(found)).toMatchObject({
      exitCode: 137,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    });
    expect(bench.lines.join("\n")).not.toContain("asked to stop");
  });

  it("essential-sidecar: takes the flow's container along", async () => {
    await openWith({ task: "essential-sidecar", after: WHILE });
    await register({
      containerDefinitions: [
        { name: "flow", image },
        { name: "proxy", image },
      ],
    });
    const found = await stopped();
    expect(found.stopCode).toBe("EssentialContainerExited");
    expect(container(found, "proxy").exitCode).toBe(1);
    expect(container(found, "flow").exitCode).toBe(3);
  });

  it("lost: is not known any more, and its container is gone", async () => {
    await openWith({ task: "lost", after: WHILE });
    await register();
    const arn = await start();
    await until(bench.ecs, arn, isRunning);
    for (;;) {
      const { tasks, failures } = await bench.ecs.send(new DescribeTasksCommand({ tasks: [arn] }));
      if (tasks?.length === 0) {
        expect(failures).toEqual([{ arn, reason: "MISSING" }]);
        break;
      }
    }
    for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
      const { taskArns } = await bench.ecs.send(new ListTasksCommand({ desiredStatus }));
      expect(taskArns).toEqual([]);
    }
    await expect.poll(() => bench.lines.join("\n")).toContain("container flow ended with 137");
  });

  it("may stop with the author's own words", async () => {
    await openWith({
      task: "user-stop",
      stopCode: "ServiceSchedulerInitiated",
      stoppedReason: ENDS,
    });
    await register();
    const found = await stopped();
    expect(found).toMatchObject({ stopCode: "ServiceSchedulerInitiated", stoppedReason: ENDS });
  });
});

describe("the tasks that a script takes", () => {
  it("are those of the family, one rule after the other, and then none", async () => {
    await openWith(
      { family: "etl-*", task: "role" },
      { family: "etl-*", task: "network-interface", times: 2 },
    );
    for (const family of ["etl-a", "etl-b", "other"]) await register({ family });
    const reasons = [];
    for (const taskDefinition of ["other", "etl-a", "etl-b", "etl-a", "etl-a"]) {
      const arn = await start({ taskDefinition });
      const found = await until(bench.ecs, arn, (task) => isRunning(task) || isStopped(task));
      reasons.push(found.stoppedReason?.split(" ", 3).join(" ") ?? "runs");
    }
    expect(reasons).toEqual([
      "runs",
      "ECS was unable",
      "Timeout waiting for",
      "Timeout waiting for",
      "runs",
    ]);
  });
});
