// component: docker registry
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import {
  type ContainerDefinition,
  type RegisterTaskDefinitionCommandInput,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
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

const SECONDS_60 = 60_000;
const CANARY = "canary-of-a-secret";
const OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage";

const dockerHost = process.env["DOCKER_HOST"] ?? "";
const image = process.env["SLIPWAY_TEST_BASE_IMAGE"] ?? "";

let bench: Bench;

beforeAll(async () => {
  expect(dockerHost, "DOCKER_HOST names the engine to test with").not.toBe("");
  expect(image, "SLIPWAY_TEST_BASE_IMAGE names an image with node").not.toBe("");
  bench = await openBench({ driver: "docker", dockerHost });
});

afterAll(() => bench.close());

const script = (name: string, text: string, fields: Partial<ContainerDefinition> = {}) => ({
  name,
  image,
  entryPoint: ["node", "-e"],
  command: [text],
  // A process that is the first of its container ends by SIGTERM only where it listens to it.
  stopTimeout: 2,
  ...fields,
});

const start = (
  containerDefinitions: ContainerDefinition[],
  fields: Partial<RegisterTaskDefinitionCommandInput> = {},
) => launch(bench.ecs, definition(image, { containerDefinitions, ...fields }));

const ended = (arn: string) => until(bench.ecs, arn, isStopped, SECONDS_60);
const output = (arn: string, name = "flow") => readOutput(join(bench.folder, "data"), arn, name);

async function docker(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("docker", ["-H", dockerHost, ...args]);
  return stdout.trim();
}

const volumesOf = (arn: string) =>
  docker("volume", "ls", "-q", "--filter", `label=slipway.task-id=${basename(arn)}`);

describe("memory", () => {
  const eat = "const all = []; for (;;) all.push(Buffer.alloc(16 * 1024 * 1024, 1));";

  it("is the task's where the container has no limit of its own, and the kernel kills who takes more", async () => {
    const task = await ended(await start([script("flow", eat)], { cpu: "256", memory: "512" }));
    expect(task).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode: 137, reason: OUT_OF_MEMORY }],
    });
  });

  it("that a sidecar is killed over leaves the task alone where the sidecar is not essential", async () => {
    const arn = await start([
      script("flow", "setInterval(() => {}, 1000)"),
      script("side", eat, { essential: false, memory: 64 }),
    ]);
    const task = await until(
      bench.ecs,
      arn,
      ({ containers }) => containers?.[1]?.lastStatus === "STOPPED",
      SECONDS_60,
    );
    expect(task).toMatchObject({
      lastStatus: "RUNNING",
      containers: [{ lastStatus: "RUNNING" }, { exitCode: 137, reason: OUT_OF_MEMORY }],
    });
    await bench.ecs.send(new StopTaskCommand({ task: arn }));
    await ended(arn);
  });
});

describe("processors", () => {
  it("are the task's share of them", async () => {
    const busy = `const end = Date.now() + 2000; while (Date.now() < end);
      const { user, system } = process.cpuUsage(); console.log((user + system) / 1e6);`;
    const arn = await start([script("flow", busy)], { cpu: "256", memory: "512" });
    await ended(arn);
    const seconds = Number(await output(arn));
    expect(seconds).toBeGreaterThan(0.1);
    // A quarter of two seconds, and of what Node.js needs to start.
    expect(seconds).toBeLessThan(1);
  });
});

describe("volumes", () => {
  const volumes = [{ name: "data" }];
  const mount = (readOnly = false) => ({
    mountPoints: [{ sourceVolume: "data", containerPath: "/data", readOnly }],
  });

  it("are shared by a task's containers for as long as it lives, read-only where that is said", async () => {
    const write = 'fs.writeFileSync("/data/a", "shared")';
    const read = `console.log(fs.readFileSync("/data/a", "utf8"));
      try { ${write} } catch ({ code }) { console.log(code) }`;
    const arn = await start(
      [
        script("flow", `${read}; setInterval(() => {}, 1000)`, {
          ...mount(true),
          dependsOn: [{ containerName: "first", condition: "SUCCESS" }],
        }),
        script("first", write, { ...mount(), essential: false }),
        script("heir", read, {
          essential: false,
          volumesFrom: [{ sourceContainer: "first", readOnly: true }],
          dependsOn: [{ containerName: "first", condition: "SUCCESS" }],
        }),
      ],
      { volumes },
    );
    await until(bench.ecs, arn, isRunning, SECONDS_60);
    await expect.poll(() => output(arn).catch(() => "")).toBe("shared\nEROFS\n");
    await expect.poll(() => output(arn, "heir").catch(() => "")).toBe("shared\nEROFS\n");
    expect(await volumesOf(arn)).toContain("data");
    await bench.ecs.send(new StopTaskCommand({ task: arn }));
    await ended(arn);
    expect(await volumesOf(arn)).toBe("");
  });

  it("of a file system keep what one task wrote for the next, whoever its user is", async () => {
    const efs = { fileSystemId: "fs-0123456789abcdef0", rootDirectory: "/sub" };
    const task = (text: string, user: string) =>
      start([script("flow", text, { ...mount(), user })], {
        volumes: [{ name: "data", efsVolumeConfiguration: efs }],
      });
    await ended(await task('fs.writeFileSync("/data/a", "kept")', "1234"));
    const arn = await task('console.log(fs.readFileSync("/data/a", "utf8"))', "0");
    await ended(arn);
    expect(await output(arn)).toBe("kept\n");
  });

  it("of memory have the size that is given", async () => {
    const linuxParameters = { tmpfs: [{ containerPath: "/scratch", size: 8 }] };
    const text = `fs.writeFileSync("/scratch/a", Buffer.alloc(4 << 20));
      try { fs.writeFileSync("/scratch/b", Buffer.alloc(8 << 20)) } catch ({ code }) { console.log(code) }`;
    const arn = await start([script("flow", text, { linuxParameters })]);
    await ended(arn);
    expect(await output(arn)).toBe("ENOSPC\n");
  });
});

describe("a container's process", () => {
  it("has the user, the folder, the limits, the first process and the files that it asks for", async () => {
    const text = `console.log(JSON.stringify([process.getuid(), process.cwd(), process.pid > 1,
        require("child_process").execSync("ulimit -n").toString().trim()]));
      try { fs.writeFileSync("/a", "") } catch ({ code }) { console.log(code) }`;
    const arn = await start([
      script("flow", text, {
        user: "1234",
        workingDirectory: "/bin",
        readonlyRootFilesystem: true,
        ulimits: [{ name: "nofile", softLimit: 1000, hardLimit: 1000 }],
        linuxParameters: { initProcessEnabled: true },
      }),
    ]);
    await ended(arn);
    expect(await output(arn)).toBe('[1234,"/bin",true,"1000"]\nEROFS\n');
  });

  it("has a terminal where it asks for one, and its output is read all the same", async () => {
    const text = "console.log([process.stdout.isTTY, process.stdin.isTTY].join())";
    const arn = await start([script("flow", text, { pseudoTerminal: true, interactive: true })]);
    await ended(arn);
    expect((await output(arn)).replaceAll("\r", "")).toBe("true,true\n");
  });

  it("is given its secrets", async () => {
    const secretsFile = join(bench.folder, "secrets.json");
    await writeFile(secretsFile, JSON.stringify({ "/key": CANARY }), { mode: 0o600 });
    const own = await openBench({ driver: "docker", dockerHost, secretsFile });
    try {
      const secrets = [{ name: "KEY", valueFrom: "/key" }];
      const text = `console.log(require("crypto").createHash("sha256").update(process.env.KEY).digest("hex"))`;
      const arn = await launch(
        own.ecs,
        definition(image, {
          executionRoleArn: "execution",
          containerDefinitions: [script("flow", text, { secrets })],
        }),
      );
      await until(own.ecs, arn, isStopped, SECONDS_60);
      const hash = createHash("sha256").update(CANARY).digest("hex");
      expect(await readOutput(join(own.folder, "data"), arn)).toBe(`${hash}\n`);
      expect(own.lines.join("\n")).not.toContain(CANARY);
    } finally {
      await own.close();
    }
  });
});

describe("a container's health", () => {
  it("is what the engine's check finds, and lets others start", async () => {
    const health = { interval: 5, timeout: 5, retries: 1 };
    const text =
      'setTimeout(() => fs.writeFileSync("/tmp/up", ""), 1000); setInterval(() => {}, 1000)';
    const arn = await start([
      script("flow", "process.exit(0)", {
        dependsOn: [{ containerName: "side", condition: "HEALTHY" }],
      }),
      script("side", `fs.mkdirSync("/tmp", { recursive: true }); ${text}`, {
        essential: false,
        healthCheck: { command: ["CMD-SHELL", "test -e /tmp/up"], ...health },
      }),
    ]);
    expect(await ended(arn)).toMatchObject({
      stopCode: "EssentialContainerExited",
      containers: [{ exitCode: 0 }, { healthStatus: "HEALTHY" }],
    });
  });

  it("that fails is told, and does not stop a task of no service", async () => {
    const arn = await start([
      script("flow", "setInterval(() => {}, 1000)", {
        healthCheck: { command: ["CMD", "false"], interval: 5, timeout: 2, retries: 1 },
      }),
    ]);
    const unhealthy = await until(
      bench.ecs,
      arn,
      ({ healthStatus }) => healthStatus === "UNHEALTHY",
      SECONDS_60,
    );
    expect(unhealthy).toMatchObject({
      lastStatus: "RUNNING",
      containers: [{ healthStatus: "UNHEALTHY" }],
    });
    expect((await describe1(bench.ecs, arn)).desiredStatus).toBe("RUNNING");
    await bench.ecs.send(new StopTaskCommand({ task: arn }));
    await ended(arn);
  });
});

describe("a task that can't start", () => {
  it.each([
    {
      name: "a program that the image does not have",
      containers: () => [{ name: "flow", image, entryPoint: ["no-such-program"] }],
      reason:
        /^CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: (error during container init: )?exec: "no-such-program": executable file not found in \$PATH/,
    },
    {
      name: "an image that the registry does not have",
      containers: () => [{ name: "flow", image: `${image.split("/")[0]}/no/such:1` }],
      reason:
        /^CannotPullContainerError: pull image manifest has been retried 1 time\(s\): failed to resolve ref .*no\/such:1: .*not found/,
    },
    {
      name: "a registry that does not answer",
      containers: () => [{ name: "flow", image: "127.0.0.1:1/a/b:1" }],
      reason:
        /^CannotPullContainerError: pull image manifest has been retried 1 time\(s\): failed to resolve ref 127\.0\.0\.1:1\/a\/b:1: failed to do request: .*connection refused/,
    },
    {
      name: "an image of another architecture",
      containers: () => [{ name: "flow", image }],
      fields: {
        runtimePlatform: {
          cpuArchitecture: "ARM64" as const,
          operatingSystemFamily: "LINUX" as const,
        },
      },
      reason:
        /^CannotPullContainerError: pull image manifest has been retried 1 time\(s\): image Manifest does not contain descriptor matching platform 'linux\/arm64/,
    },
  ])("tells $name in AWS's words", async ({ containers, fields = {}, reason }) => {
    const task = await ended(await start(containers(), fields));
    expect(task.stopCode).toBe("TaskFailedToStart");
    expect(task.stoppedReason).toMatch(reason);
    expect(task.startedAt).toBeUndefined();
  });
});
