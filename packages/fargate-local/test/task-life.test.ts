import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  DescribeTasksCommand,
  ListTagsForResourceCommand,
  RunTaskCommand,
  StopTaskCommand,
  TagResourceCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTimeOf } from "../src/store/processes.ts";
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

const MAIN = `
const [mode, value] = process.argv.slice(2);
const modes = {
  exit: () => process.exit(Number(value)),
  wait: () => setInterval(() => {}, 1000),
  term: () => {
    process.on("SIGTERM", () => { console.log("asked to stop"); process.exit(3); });
    console.log("ready");
    setInterval(() => {}, 1000);
  },
  deaf: () => { process.on("SIGTERM", () => {}); console.log("ready"); setInterval(() => {}, 1000); },
  leave: async () => {
    const { spawn } = await import("node:child_process");
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
    child.once("spawn", () => { console.log(child.pid); process.exit(0); });
  },
  env: () => console.log(JSON.stringify(process.env)),
  metadata: async () => {
    const uri = process.env.ECS_CONTAINER_METADATA_URI_V4;
    const read = async (path) => (await fetch(uri + path)).json();
    await new Promise((resolve) => setTimeout(resolve, 300));
    console.log(JSON.stringify([await read(""), await read("/task"), await read("/stats")]));
  },
};
await modes[mode]();
`;

let bench: Bench;
let image: string;

beforeAll(async () => {
  bench = await openBench();
  image = await writeImage(join(bench.folder, "image"), {
    files: { "slipway/main.mjs": MAIN },
    config: {
      Cmd: ["node", "/slipway/main.mjs", "exit", "7"],
      Env: ["FROM_IMAGE=yes", "BOTH=image"],
    },
  });
});

afterAll(() => bench.close());

const command = (...args: string[]) => ["node", "/slipway/main.mjs", ...args];

const output = (arn: string) => readOutput(join(bench.folder, "data"), arn);

async function hasSaid(arn: string, word: string): Promise<void> {
  while (!(await output(arn).catch(() => "")).includes(word)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("the life of a task", () => {
  it("runs the image's own command and tells its exit code, with the times of each step", async () => {
    const arn = await launch(bench.ecs, definition(image));
    const task = await until(bench.ecs, arn, isStopped);
    expect(task).toMatchObject({
      desiredStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      launchType: "FARGATE",
      platformVersion: "1.4.0",
      cpu: "256",
      memory: "512",
      group: "family:flow",
      containers: [{ name: "flow", lastStatus: "STOPPED", exitCode: 7 }],
    });
    expect(task.taskArn).toMatch(
      /^arn:aws:ecs:eu-central-1:000000000000:task\/default\/[0-9a-f]{32}$/,
    );
    const times = [
      task.createdAt,
      task.connectivityAt,
      task.pullStartedAt,
      task.pullStoppedAt,
      task.startedAt,
      task.stoppingAt,
      task.executionStoppedAt,
      task.stoppedAt,
    ].map((time) => time?.getTime() ?? Number.NaN);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.every((time) => Math.abs(time - Date.now()) < 60_000)).toBe(true);
  });

  it("goes through RUNNING, and answers RunTask before that", async () => {
    const answer = await bench.ecs.send(
      new RunTaskCommand({
        taskDefinition: "flow",
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
        overrides: { containerOverrides: [{ name: "flow", command: command("wait") }] },
        startedBy: "someone",
        tags: [{ key: "identifier", value: "one" }],
      }),
    );
    expect(answer.failures).toEqual([]);
    expect(answer.tasks).toMatchObject([{ lastStatus: "PROVISIONING", desiredStatus: "RUNNING" }]);
    const arn = answer.tasks?.[0]?.taskArn ?? "";
    const task = await until(bench.ecs, arn, isRunning);
    expect(task).toMatchObject({
      startedBy: "someone",
      tags: [{ key: "identifier", value: "one" }],
      overrides: { containerOverrides: [{ name: "flow", command: command("wait") }] },
    });
    await bench.ecs.send(
      new TagResourceCommand({ resourceArn: arn, tags: [{ key: "b", value: "2" }] }),
    );
    await bench.ecs.send(new StopTaskCommand({ task: arn }));
    await until(bench.ecs, arn, isStopped);
    const { tags } = await bench.ecs.send(new ListTagsForResourceCommand({ resourceArn: arn }));
    expect(tags).toEqual([
      { key: "identifier", value: "one" },
      { key: "b", value: "2" },
    ]);
  });

  it("stops with SIGTERM, and keeps the exit code that the process chooses", async () => {
    const arn = await launch(bench.ecs, definition(image), override("term"));
    await hasSaid(arn, "ready");
    await until(bench.ecs, arn, isRunning);
    const { task } = await bench.ecs.send(new StopTaskCommand({ task: arn, reason: "enough" }));
    expect(task).toMatchObject({ desiredStatus: "STOPPED", stopCode: "UserInitiated" });
    expect(await until(bench.ecs, arn, isStopped)).toMatchObject({
      stopCode: "UserInitiated",
      stoppedReason: "enough",
      containers: [{ exitCode: 3 }],
    });
    expect(await output(arn)).toBe("ready\nasked to stop\n");
  });

  it("kills what does not stop within the container's stopTimeout", async () => {
    const registration = definition(image, {
      containerDefinitions: [{ name: "flow", image, stopTimeout: 2 }],
    });
    const arn = await launch(bench.ecs, registration, override("deaf"));
    await hasSaid(arn, "ready");
    await until(bench.ecs, arn, isRunning);
    await bench.ecs.send(new StopTaskCommand({ task: arn }));
    const task = await until(bench.ecs, arn, isStopped);
    expect(task.containers).toMatchObject([{ exitCode: 137 }]);
    const took = (task.stoppedAt?.getTime() ?? 0) - (task.stoppingAt?.getTime() ?? 0);
    expect(took).toBeGreaterThanOrEqual(1_900);
    expect(took).toBeLessThan(6_000);
  });

  it("takes the sidecars along when an essential container ends", async () => {
    const registration = definition(image, {
      containerDefinitions: [
        { name: "flow", image, command: command("exit", "0") },
        { name: "sidecar", image, command: command("wait"), essential: false },
      ],
    });
    const task = await until(bench.ecs, await launch(bench.ecs, registration), isStopped);
    expect(task).toMatchObject({
      stopCode: "EssentialContainerExited",
      containers: [
        { name: "flow", exitCode: 0 },
        { name: "sidecar", exitCode: 143 },
      ],
    });
  });

  it("goes on when a container that is not essential ends", async () => {
    const registration = definition(image, {
      containerDefinitions: [
        { name: "flow", image, command: command("wait") },
        { name: "sidecar", image, command: command("exit", "9"), essential: false },
      ],
    });
    const arn = await launch(bench.ecs, registration);
    const task = await until(bench.ecs, arn, ({ containers }) => containers?.[1]?.exitCode === 9);
    expect(task).toMatchObject({
      lastStatus: "RUNNING",
      containers: [{ lastStatus: "RUNNING" }, {}],
    });
    await bench.ecs.send(new StopTaskCommand({ task: arn }));
    await until(bench.ecs, arn, isStopped);
  });

  it("starts a container when those that it depends on have succeeded", async () => {
    const depending = (exitCode: string) =>
      definition(image, {
        containerDefinitions: [
          {
            name: "flow",
            image,
            command: command("exit", "0"),
            dependsOn: [{ containerName: "first", condition: "SUCCESS" }],
          },
          { name: "first", image, command: command("exit", exitCode), essential: false },
        ],
      });
    const good = await until(bench.ecs, await launch(bench.ecs, depending("0")), isStopped);
    expect(good).toMatchObject({ containers: [{ exitCode: 0 }, { exitCode: 0 }] });
    const bad = await until(bench.ecs, await launch(bench.ecs, depending("4")), isStopped);
    expect(bad).toMatchObject({ stopCode: "TaskFailedToStart", containers: [{}, { exitCode: 4 }] });
    expect(bad.containers?.[0]?.exitCode).toBeUndefined();
  });

  it("stops when an essential container ends while another still waits for its turn", async () => {
    const registration = definition(image, {
      containerDefinitions: [
        { name: "flow", image, command: command("exit", "3") },
        {
          name: "late",
          image,
          command: command("wait"),
          dependsOn: [{ containerName: "first", condition: "COMPLETE" }],
        },
        { name: "first", image, command: command("wait"), essential: false },
      ],
    });
    const task = await until(bench.ecs, await launch(bench.ecs, registration), isStopped);
    expect(task).toMatchObject({
      stopCode: "EssentialContainerExited",
      containers: [{ exitCode: 3 }, {}, { exitCode: 143 }],
    });
    expect(task.containers?.[1]?.exitCode).toBeUndefined();
  });

  it("gives the variables of image, definition, override and Fargate, and none of the host's", async () => {
    process.env["SECRET_OF_THE_HOST"] = "canary";
    const registration = definition(image, {
      containerDefinitions: [
        {
          name: "flow",
          image,
          environment: [
            { name: "BOTH", value: "definition" },
            { name: "ALL", value: "definition" },
          ],
        },
      ],
    });
    const arn = await launch(bench.ecs, registration, {
      overrides: {
        containerOverrides: [
          {
            name: "flow",
            command: command("env"),
            environment: [{ name: "ALL", value: "override" }],
          },
        ],
      },
    });
    await until(bench.ecs, arn, isStopped);
    const variables = JSON.parse(await output(arn));
    expect(Object.keys(variables).sort()).toEqual([
      "ALL",
      "AWS_DEFAULT_REGION",
      "AWS_EXECUTION_ENV",
      "AWS_REGION",
      "BOTH",
      "ECS_CONTAINER_METADATA_URI_V4",
      "FROM_IMAGE",
      "HOME",
      "PATH",
    ]);
    expect(variables).toMatchObject({
      FROM_IMAGE: "yes",
      BOTH: "definition",
      ALL: "override",
      AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
      AWS_REGION: "eu-central-1",
    });
    expect((await stat(variables.HOME)).isDirectory()).toBe(true);
  });

  it("ends what a container leaves behind, as its namespace would", async () => {
    const arn = await launch(bench.ecs, definition(image), override("leave"));
    const task = await until(bench.ecs, arn, isStopped);
    expect(task.containers).toMatchObject([{ exitCode: 0 }]);
    const pid = Number(await output(arn));
    expect(pid).toBeGreaterThan(0);
    expect(startTimeOf(pid)).toBeUndefined();
  });

  it("stops a task that is still starting, without ever running it", async () => {
    const registration = definition(image, {
      containerDefinitions: [
        {
          name: "flow",
          image,
          command: command("exit", "0"),
          dependsOn: [{ containerName: "first", condition: "COMPLETE" }],
        },
        { name: "first", image, command: command("wait"), essential: false },
      ],
    });
    const arn = await launch(bench.ecs, registration);
    await until(bench.ecs, arn, ({ containers }) => containers?.[1]?.lastStatus === "RUNNING");
    await bench.ecs.send(new StopTaskCommand({ task: arn }));
    const task = await until(bench.ecs, arn, isStopped);
    expect(task).toMatchObject({
      stopCode: "UserInitiated",
      stoppedReason: "Task stopped by user",
      containers: [{}, { exitCode: 143 }],
    });
    expect(task.containers?.[0]?.exitCode).toBeUndefined();
    expect(task.startedAt).toBeUndefined();
  });

  it("lets a container read its own metadata and statistics", async () => {
    const arn = await launch(bench.ecs, definition(image), override("metadata"));
    const task = await until(bench.ecs, arn, isStopped);
    const [container, ofTask, stats] = JSON.parse(await output(arn));
    expect(container).toMatchObject({
      Name: "flow",
      DockerId: task.containers?.[0]?.runtimeId,
      Image: image,
      ImageID: expect.stringMatching(/^sha256:/),
      KnownStatus: "RUNNING",
      ContainerARN: task.containers?.[0]?.containerArn,
    });
    expect(ofTask).toMatchObject({
      Cluster: "arn:aws:ecs:eu-central-1:000000000000:cluster/default",
      TaskARN: arn,
      Family: "flow",
      Revision: expect.stringMatching(/^\d+$/),
      DesiredStatus: "RUNNING",
      KnownStatus: "RUNNING",
      Limits: { CPU: 0.25, Memory: 512 },
      LaunchType: "FARGATE",
      Containers: [container],
    });
    expect(stats.memory_stats.usage).toBeGreaterThan(10 * 1024 * 1024);
    expect(stats.cpu_stats.cpu_usage.total_usage).toBeGreaterThan(0);
  });
});

describe("a task that can't start", () => {
  const cases = [
    {
      name: "an image that is not there",
      image: () => `oci://${bench.folder}/nothing@sha256:${"0".repeat(64)}`,
      fields: {},
      reason: /^CannotPullContainerError: /,
    },
    {
      name: "a program that is not there",
      image: () => image,
      fields: { entryPoint: ["no-such-program"] },
      reason:
        /^CannotStartContainerError: .*unable to start container process: exec: "no-such-program": executable file not found in \$PATH: unknown$/,
    },
    {
      name: "a secret, where no secrets file was given",
      image: () => image,
      fields: { secrets: [{ name: "TOKEN", valueFrom: "arn:aws:ssm:x:0:parameter/t" }] },
      reason: /^ResourceInitializationError: unable to pull secrets/,
    },
  ];

  it.each(cases)(
    "stops with TaskFailedToStart for $name",
    async ({ image: of, fields, reason }) => {
      const registration = definition(of(), {
        executionRoleArn: "execution",
        containerDefinitions: [{ name: "flow", image: of(), ...fields }],
      });
      const task = await until(bench.ecs, await launch(bench.ecs, registration), isStopped);
      expect(task.stopCode).toBe("TaskFailedToStart");
      expect(task.stoppedReason).toMatch(reason);
      expect(task.startedAt).toBeUndefined();
      expect(task.containers?.[0]?.exitCode).toBeUndefined();
    },
  );
});

describe("describing tasks", () => {
  it("tells an unknown one as MISSING", async () => {
    const arn = `arn:aws:ecs:eu-central-1:000000000000:task/default/${"f".repeat(32)}`;
    const answer = await bench.ecs.send(new DescribeTasksCommand({ tasks: [arn] }));
    expect(answer).toMatchObject({ tasks: [], failures: [{ arn, reason: "MISSING" }] });
  });

  it("finds a task by its id alone", async () => {
    const arn = await launch(bench.ecs, definition(image));
    expect((await describe1(bench.ecs, basename(arn))).taskArn).toBe(arn);
    await until(bench.ecs, arn, isStopped);
  });
});

function override(...args: string[]) {
  return { overrides: { containerOverrides: [{ name: "flow", command: command(...args) }] } };
}
