import { describe, expect, it } from "vitest";
import type { ContainerDefinition, RegisterTaskDefinition } from "./task-definition.ts";
import { checkTaskDefinition } from "./task-definition-rules.ts";

const CONTAINER = { name: "flow", image: "busybox" };
const CHECK = { command: ["CMD", "true"] };

const definition = (
  container: Partial<ContainerDefinition>,
  fields: Partial<RegisterTaskDefinition> = {},
): RegisterTaskDefinition => ({
  family: "flow",
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
  containerDefinitions: [
    { ...CONTAINER, ...container },
    { name: "sidecar", image: "busybox", essential: false },
  ],
  ...fields,
});

const efs = (fields: object) =>
  definition(
    {},
    { volumes: [{ name: "v", efsVolumeConfiguration: { fileSystemId: "fs-1", ...fields } }] },
  );

describe("a part of a task definition that is refused", () => {
  it.each<[name: string, given: RegisterTaskDefinition, words: string | RegExp]>([
    [
      "a variable without a name",
      definition({ environment: [{ value: "x" }] }),
      /environment.name should not be null/,
    ],
    [
      "a secret with a variable's name",
      definition(
        { environment: [{ name: "A" }], secrets: [{ name: "A", valueFrom: "x" }] },
        { executionRoleArn: "r" },
      ),
      /must be unique and not shared with any new or existing environment variables.*'A'/,
    ],
    [
      "a port beyond the last",
      definition({ portMappings: [{ containerPort: 65_536 }] }),
      /Invalid port: 65536/,
    ],
    [
      "a port twice",
      definition({ portMappings: [{ containerPort: 80 }, { containerPort: 80, protocol: "tcp" }] }),
      "container port is used multiple times in task",
    ],
    [
      "a condition that there isn't",
      definition({ dependsOn: [{ containerName: "sidecar", condition: "STARTED" }] }),
      /Invalid dependency condition 'STARTED'/,
    ],
    [
      "HEALTHY of what has no check",
      definition({ dependsOn: [{ containerName: "sidecar", condition: "HEALTHY" }] }),
      "A dependency container with HEALTHY condition must have health check configured",
    ],
    [
      "a check without a command",
      definition({ healthCheck: { command: [] } }),
      /'command' must not be empty/,
    ],
    [
      "an interval of 4",
      definition({ healthCheck: { ...CHECK, interval: 4 } }),
      /'interval' must be between 5 and 300/,
    ],
    [
      "a timeout of 61",
      definition({ healthCheck: { ...CHECK, timeout: 61 } }),
      /'timeout' must be between 2 and 60/,
    ],
    [
      "11 retries",
      definition({ healthCheck: { ...CHECK, retries: 11 } }),
      /'retries' must be between 1 and 10/,
    ],
    [
      "a start period of 301",
      definition({ healthCheck: { ...CHECK, startPeriod: 301 } }),
      /'startPeriod' must be between 0 and 300/,
    ],
    ["a startTimeout of 1", definition({ startTimeout: 1 }), /startTimeout must be at least 2/],
    [
      "an unknown ulimit",
      definition({ ulimits: [{ name: "files", softLimit: 1, hardLimit: 2 }] }),
      "Invalid ulimit name: files",
    ],
    [
      "a soft limit over the hard one",
      definition({ ulimits: [{ name: "nofile", softLimit: 3, hardLimit: 2 }] }),
      "Soft limit exceeds hard limit for ulimit nofile",
    ],
    [
      "a mount of nothing",
      definition({ mountPoints: [{ sourceVolume: "v", containerPath: "/v" }] }),
      "Unknown volume 'v'.",
    ],
    [
      "a mount to nowhere",
      definition({ mountPoints: [{ sourceVolume: "v" }] }, { volumes: [{ name: "v" }] }),
      /containerPath should not be null/,
    ],
    [
      "two mounts at one path",
      definition(
        {
          mountPoints: [
            { sourceVolume: "v", containerPath: "/v" },
            { sourceVolume: "v", containerPath: "/v" },
          ],
        },
        { volumes: [{ name: "v" }] },
      ),
      /unique container paths/,
    ],
    [
      "volumes from nobody",
      definition({ volumesFrom: [{ sourceContainer: "x" }] }),
      "Invalid 'volumesFrom' setting. Unknown container: 'x'",
    ],
    [
      "volumes from itself",
      definition({ volumesFrom: [{ sourceContainer: "flow" }] }),
      /Unknown container: 'flow'/,
    ],
    [
      "more memory than the task",
      definition({ memory: 513 }),
      "The 'memory' setting for container 'flow' is greater than for the task.",
    ],
    [
      "11 environment files",
      definition({ environmentFiles: Array.from({ length: 11 }, () => ({})) }),
      /Specify ten or less/,
    ],
    [
      "a volume's name",
      definition({}, { volumes: [{ name: "a b" }] }),
      /Volume name contains invalid characters/,
    ],
    [
      "a volume twice",
      definition({}, { volumes: [{ name: "v" }, { name: "v" }] }),
      /Volume names must be unique/,
    ],
    [
      "a volume of two kinds",
      definition(
        {},
        { volumes: [{ name: "v", host: {}, efsVolumeConfiguration: { fileSystemId: "fs-1" } }] },
      ),
      /Only one volume configuration/,
    ],
    [
      "IAM in the clear",
      efs({ authorizationConfig: { iam: "ENABLED" } }),
      "EFS IAM authorization requires TransitEncryption to be enabled",
    ],
    [
      "a port of no encryption",
      efs({ transitEncryptionPort: 1 }),
      /TransitEncryptionPort requires/,
    ],
    [
      "an access point with a folder",
      efs({
        transitEncryption: "ENABLED",
        rootDirectory: "/x",
        authorizationConfig: { accessPointId: "fsap-1" },
      }),
      /the root directory must either be set/,
    ],
    [
      "a device",
      definition({ linuxParameters: { devices: [{ hostPath: "/dev/x" }] } }),
      "Fargate compatible task definitions do not support devices",
    ],
    [
      "shared memory",
      definition({ linuxParameters: { sharedMemorySize: 64 } }),
      /do not support sharedMemorySize/,
    ],
    [
      "a capability",
      definition({ linuxParameters: { capabilities: { add: ["SYS_ADMIN"] } } }),
      "SYS_ADMIN is not allowed on Fargate.",
    ],
    [
      "a GPU",
      definition({ resourceRequirements: [{ type: "GPU", value: "1" }] }),
      /do not support GPU/,
    ],
    [
      "a host name",
      definition({ hostname: "x" }),
      "hostname is not supported on container when networkMode=awsvpc",
    ],
    [
      "extra hosts",
      definition({ extraHosts: [{ hostname: "x" }] }),
      /^Extra hosts are not supported/,
    ],
    [
      "security options",
      definition({ dockerSecurityOptions: ["x"] }),
      /do not support dockerSecurityOptions/,
    ],
    [
      "secrets of a log driver without a role",
      definition({
        logConfiguration: { logDriver: "splunk", secretOptions: [{ name: "t", valueFrom: "x" }] },
      }),
      /requires task definition to have execution role ARN/,
    ],
  ])("%s", (_name, given, words) => {
    const found = checkTaskDefinition(given);
    expect(found?.exception).toBe("ClientException");
    if (typeof words === "string") expect(found?.message).toBe(words);
    else expect(found?.message).toMatch(words);
  });
});

describe("a part of a task definition that is accepted", () => {
  it.each<[name: string, given: RegisterTaskDefinition]>([
    [
      "the empty lists that DescribeTaskDefinition answers",
      definition({
        mountPoints: [],
        volumesFrom: [],
        extraHosts: [],
        dnsServers: [],
        dockerSecurityOptions: [],
        ulimits: [],
      }),
    ],
    [
      "ptrace",
      definition({
        linuxParameters: {
          initProcessEnabled: true,
          capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] },
        },
      }),
    ],
    [
      "a file system in memory",
      definition({ linuxParameters: { tmpfs: [{ containerPath: "/t", size: 64 }] } }),
    ],
    [
      "one port of two protocols",
      definition({ portMappings: [{ containerPort: 53 }, { containerPort: 53, protocol: "udp" }] }),
    ],
    [
      "a check with the widest numbers",
      definition({
        healthCheck: { ...CHECK, interval: 300, timeout: 60, retries: 10, startPeriod: 300 },
      }),
    ],
    [
      "a volume that is mounted",
      definition(
        {
          mountPoints: [{ sourceVolume: "v", containerPath: "/v" }],
          volumesFrom: [{ sourceContainer: "sidecar" }],
        },
        { volumes: [{ name: "v" }] },
      ),
    ],
    [
      "an encrypted access point",
      efs({
        transitEncryption: "ENABLED",
        authorizationConfig: { accessPointId: "fsap-1", iam: "ENABLED" },
      }),
    ],
  ])("%s", (_name, given) => {
    expect(checkTaskDefinition(given)).toBeUndefined();
  });
});
