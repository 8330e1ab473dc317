// component: docker registry
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFargateLocal } from "../src/index.ts";
import { readOutput } from "./container-output.ts";
import {
  type Bench,
  createClient,
  definition,
  isRunning,
  isStopped,
  launch,
  openBench,
  run,
  until,
} from "./local-fargate.ts";
import { startOwnProcess } from "./own-process.ts";

const dockerHost = process.env["DOCKER_HOST"] ?? "";
const image = process.env["SLIPWAY_TEST_BASE_IMAGE"] ?? "";

let bench: Bench;

beforeAll(async () => {
  expect(dockerHost, "DOCKER_HOST names the engine to test with").not.toBe("");
  expect(image, "SLIPWAY_TEST_BASE_IMAGE names an image with node").not.toBe("");
  bench = await openBench({ driver: "auto", dockerHost });
});

afterAll(() => bench.close());

const script = (text: string) => ({
  containerDefinitions: [{ name: "flow", image, entryPoint: ["node", "-e"], command: [text] }],
});

const output = (arn: string) => readOutput(join(bench.folder, "data"), arn);

/** The containers of this test's server that the engine still has. */
async function leftContainers(owner: string): Promise<string[]> {
  const args = ["-H", dockerHost, "ps", "-aq", "--filter", `label=slipway.owner=${owner}`];
  const { stdout } = await promisify(execFile)("docker", args);
  return stdout.split("\n").filter((line) => line !== "");
}

describe("the docker driver", () => {
  it("is chosen for an image of a registry, and runs it with exit code and output", async () => {
    const text = 'console.log("out"); console.error("err"); process.exit(5)';
    const arn = await launch(bench.ecs, definition(image, script(text)));
    const task = await until(bench.ecs, arn, isStopped, 60_000);
    expect(task).toMatchObject({
      stopCode: "EssentialContainerExited",
      containers: [
        {
          exitCode: 5,
          runtimeId: expect.stringMatching(/^[0-9a-f]{64}$/),
          imageDigest: expect.stringMatching(/^sha256:/),
        },
      ],
    });
    expect((await output(arn)).split("\n").toSorted()).toEqual(["", "err", "out"]);
    expect(bench.lines.join("\n")).toContain("docker driver: a Docker engine answers");
    expect(await leftContainers(join(bench.folder, "data"))).toEqual([]);
  });

  it("lets the container read its metadata, and servers on the host's loopback", async () => {
    const text = `fetch(process.env.ECS_CONTAINER_METADATA_URI_V4 + "/task")
      .then((answer) => answer.json()).then(({ TaskARN }) => console.log(TaskARN));`;
    const arn = await launch(bench.ecs, definition(image, script(text)));
    await until(bench.ecs, arn, isStopped, 60_000);
    expect(await output(arn)).toBe(`${arn}\n`);
  });

  it("stops with SIGTERM, then SIGKILL", async () => {
    const polite = 'process.on("SIGTERM", () => process.exit(3)); setInterval(() => {}, 1000)';
    const deaf = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)';
    for (const [text, exitCode] of [
      [polite, 3],
      [deaf, 137],
    ] as const) {
      const [container] = script(text).containerDefinitions;
      const arn = await launch(
        bench.ecs,
        definition(image, { containerDefinitions: [{ ...container, stopTimeout: 2 }] }),
      );
      await until(bench.ecs, arn, isRunning, 60_000);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await bench.ecs.send(new StopTaskCommand({ task: arn }));
      const task = await until(bench.ecs, arn, isStopped, 20_000);
      expect(task).toMatchObject({ stopCode: "UserInitiated", containers: [{ exitCode }] });
    }
  });

  it("kills a container that takes more memory than it may, and says so", async () => {
    const text = "const all = []; for (;;) all.push(Buffer.alloc(16 * 1024 * 1024, 1));";
    const [container] = script(text).containerDefinitions;
    const arn = await launch(
      bench.ecs,
      definition(image, { containerDefinitions: [{ ...container, memory: 128 }] }),
    );
    const task = await until(bench.ecs, arn, isStopped, 60_000);
    expect(task.containers).toMatchObject([
      { exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" },
    ]);
  });

  it("tells an image that the registry does not have", async () => {
    const missing = `${image.slice(0, image.lastIndexOf("/"))}/no-such-image:1`;
    const arn = await launch(
      bench.ecs,
      definition(missing, { containerDefinitions: [{ name: "flow", image: missing }] }),
    );
    const task = await until(bench.ecs, arn, isStopped, 60_000);
    expect(task).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: expect.stringMatching(/^CannotPullContainerError: .*no-such-image:1/),
    });
  });

  it("tells a program that the image does not have", async () => {
    const arn = await launch(
      bench.ecs,
      definition(image, {
        containerDefinitions: [{ name: "flow", image, entryPoint: ["no-such-program"] }],
      }),
    );
    const task = await until(bench.ecs, arn, isStopped, 60_000);
    expect(task).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: expect.stringMatching(/^CannotStartContainerError: .*no-such-program/),
    });
    expect(await leftContainers(join(bench.folder, "data"))).toEqual([]);
  });
});

describe("the process driver", () => {
  it("unpacks an image of a registry, and runs it with this machine's node", async () => {
    const text = "console.log(process.execPath); process.exit(4)";
    const own = await openBench({ driver: "process", dockerHost });
    try {
      const arn = await launch(own.ecs, definition(image, script(text)));
      const task = await until(own.ecs, arn, isStopped, 60_000);
      expect(task.containers).toMatchObject([
        { exitCode: 4, imageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
      ]);
      expect(await readOutput(join(own.folder, "data"), arn)).toBe(`${process.execPath}\n`);
    } finally {
      await own.close();
    }
  });
});

describe("a server that is killed", () => {
  it("finds its containers again, and watches them to their end", async () => {
    const dataDir = join(bench.folder, "killed");
    const options = { port: 0, dataDir, driver: "docker", dockerHost } as const;
    const first = await startOwnProcess(options);
    let ecs = createClient(first.url);
    const text =
      'console.log("one"); setTimeout(() => { console.log("two"); process.exit(6) }, 6000)';
    await ecs.send(new RegisterTaskDefinitionCommand(definition(image, script(text))));
    const ran = await ecs.send(new RunTaskCommand(run()));
    const arn = ran.tasks?.[0]?.taskArn ?? "";
    await until(ecs, arn, isRunning, 60_000);
    await first.kill();

    const second = await startFargateLocal(options);
    try {
      ecs = createClient(second.url);
      const task = await until(ecs, arn, isStopped, 30_000);
      expect(task).toMatchObject({
        stopCode: "EssentialContainerExited",
        containers: [{ exitCode: 6 }],
      });
      expect(await readOutput(dataDir, arn)).toBe("one\ntwo\n");
      expect(await leftContainers(dataDir)).toEqual([]);
    } finally {
      await second.close();
    }
  });

  it("ends a task whose other containers nobody would start any more", async () => {
    const dataDir = join(bench.folder, "half");
    const options = { port: 0, dataDir, driver: "docker", dockerHost } as const;
    const first = await startOwnProcess(options);
    const registration = definition(image, {
      volumes: [{ name: "v" }],
      containerDefinitions: [
        {
          name: "flow",
          image,
          dependsOn: [{ containerName: "first", condition: "COMPLETE" }],
        },
        {
          name: "first",
          image,
          essential: false,
          stopTimeout: 2,
          entryPoint: ["sleep", "600"],
          mountPoints: [{ sourceVolume: "v", containerPath: "/v" }],
        },
      ],
    });
    const firstClient = createClient(first.url);
    const arn = await launch(firstClient, registration);
    const runs = ({ containers }: Task) => containers?.[1]?.lastStatus === "RUNNING";
    await until(firstClient, arn, runs, 60_000);
    await first.kill();

    const second = await startFargateLocal(options);
    try {
      const task = await until(createClient(second.url), arn, isStopped, 30_000);
      expect(task).toMatchObject({
        stopCode: "TerminationNotice",
        stoppedReason: "Local Fargate was restarted",
        containers: [{ lastStatus: "STOPPED" }, { exitCode: 137 }],
      });
      expect(await leftContainers(dataDir)).toEqual([]);
    } finally {
      await second.close();
    }
  });
});
