import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  DescribeTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOutput } from "./container-output.ts";
import {
  type Bench,
  definition,
  describe1,
  isStopped,
  launch,
  openBench,
  until,
} from "./local-fargate.ts";
import { writeImage } from "./oci-image.ts";
import { command, PROGRAM } from "./test-program.ts";

const CANARY = "canary-of-a-secret";

let bench: Bench;
let image: string;
let secretsFile: string;

beforeAll(async () => {
  bench = await openBench();
  image = await writeImage(join(bench.folder, "image"), { files: { "slipway/main.mjs": PROGRAM } });
  secretsFile = join(bench.folder, "secrets.yaml");
  await writeFile(secretsFile, `db: { password: ${CANARY} }\n/app/key: ${CANARY}\n`, {
    mode: 0o600,
  });
});

afterAll(() => bench.close());

const dataDir = () => join(bench.folder, "data");
const output = (arn: string, name: string) => readOutput(dataDir(), arn, name);
const start = (fields: Partial<RegisterTaskDefinitionCommandInput>) =>
  launch(bench.ecs, definition(image, fields));

describe("a volume of a task, on the process driver", () => {
  it("is a folder that containers share by arguments and a variable, and that ends with the task", async () => {
    const mountPoints = [{ sourceVolume: "my-data", containerPath: "/data" }];
    const arn = await start({
      volumes: [{ name: "my-data" }],
      containerDefinitions: [
        {
          name: "flow",
          image,
          command: command("read", "/data/sub.txt"),
          volumesFrom: [{ sourceContainer: "first" }],
          dependsOn: [{ containerName: "first", condition: "SUCCESS" }],
        },
        {
          name: "first",
          image,
          essential: false,
          command: command("write", "/data/sub.txt", "shared"),
          mountPoints,
        },
      ],
    });
    await until(bench.ecs, arn, isStopped);
    expect(await output(arn, "flow")).toBe("shared\n");
    expect(existsSync(join(dataDir(), "work", basename(arn), "volumes"))).toBe(false);
    expect(existsSync("/data/sub.txt")).toBe(false);
    expect(bench.lines.join("\n")).toContain(
      `task ${basename(arn)}: container flow does without the mount of my-data at /data: its folder stands in SLIPWAY_VOLUME_MY_DATA`,
    );
  });

  it("tells the folder in a variable", async () => {
    const arn = await start({
      volumes: [{ name: "v" }],
      containerDefinitions: [
        {
          name: "flow",
          image,
          command: command("env"),
          mountPoints: [{ sourceVolume: "v", containerPath: "/v" }],
        },
      ],
    });
    await until(bench.ecs, arn, isStopped);
    const variables = JSON.parse(await output(arn, "flow"));
    expect(variables.SLIPWAY_VOLUME_V).toBe(join(dataDir(), "work", basename(arn), "volumes", "v"));
  });
});

describe("a file system", () => {
  it("keeps what one task wrote for the next", async () => {
    const task = (...args: string[]) =>
      start({
        volumes: [{ name: "v", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0" } }],
        containerDefinitions: [
          {
            name: "flow",
            image,
            command: command(...args),
            mountPoints: [{ sourceVolume: "v", containerPath: "/mnt/efs" }],
          },
        ],
      });
    await until(bench.ecs, await task("write", "/mnt/efs/a", "kept"), isStopped);
    const arn = await task("read", "/mnt/efs/a");
    await until(bench.ecs, arn, isStopped);
    expect(await output(arn, "flow")).toBe("kept\n");
  });
});

describe("what a plain process is not given", () => {
  it("is told in the log", async () => {
    const arn = await start({
      containerDefinitions: [
        {
          name: "flow",
          image,
          command: command("exit", "0"),
          user: "1000",
          readonlyRootFilesystem: true,
          linuxParameters: { initProcessEnabled: true },
        },
      ],
    });
    await until(bench.ecs, arn, isStopped);
    const told = bench.lines.filter((line) =>
      line.includes(`${basename(arn)}: container flow does`),
    );
    expect(told.map((line) => line.split("does without ")[1])).toEqual([
      "user 1000",
      "readonlyRootFilesystem",
      "initProcessEnabled",
    ]);
  });
});

describe("an image of another architecture", () => {
  it("is not run, and the task says so in AWS's words", async () => {
    const runtimePlatform = { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" } as const;
    const task = await until(bench.ecs, await start({ runtimePlatform }), isStopped);
    expect(task.stoppedReason).toMatch(
      /^CannotPullContainerError: pull image manifest has been retried 1 time\(s\): image Manifest does not contain descriptor matching platform 'linux\/arm64'/,
    );
  });
});

describe("a secret", () => {
  const ARN = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:db-AbCdEf";
  const secrets = [
    { name: "PASSWORD", valueFrom: `${ARN}:password::` },
    { name: "KEY", valueFrom: "/app/key" },
  ];
  const fields = (container: object) => ({
    executionRoleArn: "execution",
    containerDefinitions: [{ name: "flow", image, command: command("env"), ...container }],
  });

  it("is a variable of the container, and stands nowhere else", async () => {
    const own = await openBench({ secretsFile });
    try {
      const arn = await launch(own.ecs, definition(image, fields({ secrets })));
      await until(own.ecs, arn, isStopped);
      const data = join(own.folder, "data");
      const variables = JSON.parse(await readOutput(data, arn));
      expect(variables).toMatchObject({ PASSWORD: CANARY, KEY: CANARY });

      const quiet = await launch(
        own.ecs,
        definition(image, fields({ secrets, command: command("exit", "0") })),
      );
      await until(own.ecs, quiet, isStopped);
      const files = await readdir(data, { recursive: true, withFileTypes: true });
      const texts = await Promise.all(
        files
          .filter((file) => file.isFile() && !file.parentPath.includes("/logs"))
          .map((file) => readFile(join(file.parentPath, file.name), "utf8")),
      );
      expect(texts.length).toBeGreaterThan(3);
      expect(texts.join("\n")).not.toContain(CANARY);
      expect(own.lines.filter((line) => !line.startsWith("flow/flow/")).join("\n")).not.toContain(
        CANARY,
      );
      const described = await own.ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: "flow" }),
      );
      expect(JSON.stringify([described, await describe1(own.ecs, quiet)])).not.toContain(CANARY);
    } finally {
      await own.close();
    }
  });

  it("that is missing stops the task in ECS's words", async () => {
    const own = await openBench({ secretsFile });
    try {
      const missing = [{ name: "A", valueFrom: `${ARN}:no::` }];
      const arn = await launch(own.ecs, definition(image, fields({ secrets: missing })));
      expect(await until(own.ecs, arn, isStopped)).toMatchObject({
        stopCode: "TaskFailedToStart",
        stoppedReason:
          "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key no",
      });
    } finally {
      await own.close();
    }
  });
});
