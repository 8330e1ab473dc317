import { describe, expect, it } from "vitest";
import { CAUSES, type Cause } from "./causes.ts";
import { diagnose } from "./diagnose.ts";
import { DIAGNOSIS_RULES, START_TIMEOUT_REASON } from "./diagnosis-rules.ts";
import { type StoppedTask, stopFactsOf } from "./stopped-task.ts";

const PULL_AUTH =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed:";
const ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

/** What ECS says of tasks that never started, as it says it: `stopCode` is TaskFailedToStart. */
const NEVER_STARTED: readonly (readonly [Cause, string])[] = [
  ["NetworkInterface", "Timeout waiting for network interface provisioning to complete."],
  [
    "NetworkInterface",
    "Unexpected EC2 error while attempting to Create Network Interface with public IP assignment enabled in subnet 'subnet-0a1b2c3d': InsufficientFreeAddressesInSubnet",
  ],
  [
    "NetworkInterface",
    "ResourceInitializationError: failed to configure ENI: failed to setup regular ENI: netplugin failed with no error message",
  ],
  ["EphemeralStorage", "Timeout waiting for EphemeralStorage provisioning to complete."],
  [
    "Capacity",
    "Capacity is unavailable at this time. Please try again later or in a different availability zone",
  ],
  ["Capacity", "RESOURCE:MEMORY"],
  ["Capacity", "RESOURCE:ENI"],
  ["Capacity", "EMPTY CAPACITY PROVIDER"],
  ["Capacity", "AGENT"],
  [
    "SecretUnavailable",
    `${PULL_AUTH} unable to retrieve secret from asm: AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/firelens-EFS/x is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:eu-west-1:123456789012:secret:log-router`,
  ],
  [
    "RoleUnavailable",
    "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/task' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.",
  ],
  [
    "SecretUnavailable",
    `${PULL_AUTH} unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:eu-west-1:123456789012:secret:x from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
  ],
  [
    "SecretUnavailable",
    `${PULL_AUTH} unable to retrieve secrets from ssm: service call has been retried 5 time(s): RequestCanceled: request context canceled caused by: context deadline exceeded`,
  ],
  [
    "SecretUnavailable",
    "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull secrets from AWS Secrets Manager. There is a connection issue between the task and AWS Secrets Manager. Check your task network configuration.",
  ],
  [
    "SecretUnavailable",
    "ResourceInitializationError: failed to download env files: file download command: non empty error stream: RequestCanceled: request context canceled",
  ],
  [
    "ImagePullTimeout",
    `${PULL_AUTH} unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post "https://api.ecr.eu-west-1.amazonaws.com/": dial tcp 203.0.113.10:443: i/o timeout`,
  ],
  [
    "ImagePullTimeout",
    "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration.",
  ],
  [
    "ImagePullTimeout",
    `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${ECR}/x@sha256:1: failed to do request: Head "https://${ECR}/v2/x/manifests/sha256:1": dial tcp 203.0.113.10:443: i/o timeout`,
  ],
  [
    "ImagePullTimeout",
    "CannotPullContainerError: Error response from daemon: Get https://registry-1.docker.io/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
  ],
  [
    "ImagePullDenied",
    `${PULL_AUTH} unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: ecr:GetAuthorizationToken on resource: *`,
  ],
  [
    "ImagePullDenied",
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/x/y:1: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
  ],
  [
    "ImagePullDenied",
    `CannotPullContainerError: inspect image has been retried 1 time(s): failed to resolve ref "${ECR}/x:1": unexpected status code [manifests 1]: 403 Forbidden`,
  ],
  [
    "ImageNotFound",
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${ECR}/x@sha256:1: ${ECR}/x@sha256:1: not found`,
  ],
  [
    "ImageNotFound",
    "CannotPullContainerError: Error response from daemon: manifest for x:1 not found: manifest unknown: manifest unknown",
  ],
  [
    "ImagePull", // As another implementation of ECS says it.
    "ResourceInitializationError: unable to pull image or start container: 500 Server Error for http+docker://localhost/v1.41/images/create?tag=1",
  ],
  [
    "ImagePull",
    "CannotPullContainerError: inspect image has been retried 1 time(s): httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/x/manifests/sha256:1: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.",
  ],
  [
    "ImagePull",
    "CannotPullContainerError: ref pull has been retried 1 time(s): number of layers and diffIDs don't match: 3 != 15",
  ],
  [
    "PlatformMismatch",
    "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
  ],
  [
    "DiskFull",
    "CannotPullContainerError: ref pull has been retried 1 time(s): failed to extract layer sha256:7c: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/86/fs/x: no space left on device: unknown",
  ],
  [
    "LogDriver",
    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1",
  ],
  [
    "LogDriver",
    "ResourceInitializationError: failed to initialize logging driver: failed to create Cloudwatch log stream: AccessDeniedException",
  ],
  [
    "FileSystem",
    'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: Failed to resolve "fs-06642d00e4ec726.efs.ap-northeast-1.amazonaws.com" - check that your file system ID is correct : unsuccessful EFS utils command execution; code: 1',
  ],
  [
    "FileSystem",
    "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: mount.nfs4: Connection reset by peer : unsuccessful EFS utils command execution; code: 32",
  ],
  ["FileSystem", "CannotCreateVolumeError: failed to create the volume"],
  [
    "EntryPointMissing",
    'CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "node": executable file not found in $PATH: unknown',
  ],
  ["EntryPointMissing", "CannotStartContainerError: exec: node: not found"],
  [
    "StartTimeout",
    "ContainerRuntimeTimeoutError: Could not transition to running; timed out after waiting 1m: context deadline exceeded",
  ],
  [
    "StartTimeout",
    "DockerTimeoutError: Could not transition to created; timed out after waiting 4m0s",
  ],
  ["TaskFailedToStart", "CannotStartContainerError: failed to get container status: x"],
  ["TaskFailedToStart", "ContainerRuntimeError: failed to create container task: x"],
  ["TaskFailedToStart", "CannotInspectContainerError: x"],
  ["TaskFailedToStart", "Task failed to start"],
];

interface Case {
  readonly cause: Cause;
  readonly task: StoppedTask;
}

const exited = (exitCode: number, reason?: string): StoppedTask => ({
  stopCode: "EssentialContainerExited",
  stoppedReason: "Essential container in task exited",
  containers: [{ name: "flow", exitCode, ...(reason === undefined ? {} : { reason }) }],
});

/** What ECS says of tasks that ran. */
const ENDED: readonly Case[] = [
  {
    cause: "OutOfMemory",
    task: exited(137, "OutOfMemoryError: Container killed due to memory usage"),
  },
  { cause: "EssentialContainerExited", task: exited(3) },
  { cause: "EssentialContainerExited", task: exited(137) },
  {
    cause: "EssentialContainerExited",
    task: { stoppedReason: "Essential container in task exited", containers: [{ exitCode: 0 }] },
  },
  { cause: "EssentialContainerExited", task: { containers: [{ name: "flow", exitCode: 1 }] } },
  { cause: "EntryPointMissing", task: exited(127) },
  { cause: "EntryPointMissing", task: exited(126) },
  { cause: "PlatformMismatch", task: exited(1, "exec /usr/local/bin/node: exec format error") },
  { cause: "DiskFull", task: exited(1, "write /tmp/x: no space left on device") },
  {
    cause: "SpotInterruption",
    task: { ...exited(143), stopCode: "SpotInterruption", stoppedReason: "x" },
  },
  {
    cause: "SpotInterruption",
    task: { stopCode: "TerminationNotice", stoppedReason: "Your Spot Task was interrupted." },
  },
  { cause: "SpotInterruption", task: { stoppedReason: "Your Spot Task was interrupted." } },
  {
    cause: "UserInitiated",
    task: { ...exited(143), stopCode: "UserInitiated", stoppedReason: "Task stopped by user" },
  },
  {
    cause: "StartTimeout",
    task: { stopCode: "UserInitiated", stoppedReason: START_TIMEOUT_REASON, containers: [] },
  },
  {
    cause: "HealthCheckFailed",
    task: {
      ...exited(143),
      stopCode: "ServiceSchedulerInitiated",
      stoppedReason: "Task failed container health checks",
    },
  },
  {
    cause: "HealthCheckFailed",
    task: { stoppedReason: "Task failed ELB health checks in (target-group arn:x)" },
  },
  {
    cause: "TerminationNotice",
    task: {
      stopCode: "TerminationNotice",
      stoppedReason:
        "ECS is performing maintenance on the underlying infrastructure hosting the task",
    },
  },
  {
    cause: "TerminationNotice",
    task: {
      stoppedReason:
        "ECS is performing maintenance on the underlying infrastructure hosting the task.",
    },
  },
  { cause: "InfrastructureHealth", task: { stopCode: "InfrastructureHealth", stoppedReason: "x" } },
  {
    cause: "InfrastructureHealth",
    task: { stoppedReason: "Host EC2 (instance i-0123456789) terminated." },
  },
  {
    cause: "ServiceSchedulerInitiated",
    task: { stoppedReason: "Scaling activity initiated by (deployment ecs-svc/1)" },
  },
  {
    cause: "TaskFailedToStart",
    task: { stopCode: "TaskFailedToStart", containers: [{ name: "flow" }] },
  },
  // What a person says of it is no word of AWS's.
  {
    cause: "UserInitiated",
    task: {
      stopCode: "UserInitiated",
      stoppedReason: "memory usage was too high, no space left on device",
      containers: [{ name: "flow", exitCode: 143 }],
    },
  },
  // A capacity provider that kept the task for half an hour and gave up.
  { cause: "Capacity", task: { stopCode: "TaskFailedToStart", containers: [] } },
  { cause: "Unknown", task: {} },
];

describe("diagnose", () => {
  it.each(NEVER_STARTED)("names %s where the task never started: %s", (cause, stoppedReason) => {
    const diagnosis = diagnose({ stopCode: "TaskFailedToStart", stoppedReason, containers: [] });
    expect(diagnosis.cause).toBe(cause);
    expect(diagnosis.message).toContain(stoppedReason);
    // The reason may stand at the container instead, and the code may be missing.
    const reason = stoppedReason;
    const elsewhere = diagnose({
      stoppedReason: "Task failed to start",
      containers: [{ name: "flow", reason }],
    });
    expect(elsewhere.cause).toBe(cause);
  });

  it.each(ENDED)("names $cause where the task ended: $task", ({ cause, task }) => {
    const diagnosis = diagnose(task);
    expect(diagnosis.cause).toBe(cause);
    expect(diagnosis.message).toContain(task.stoppedReason ?? "");
    expect(diagnosis.evidence).toMatchObject({ stopCode: task.stopCode ?? null });
  });

  it("has a case for each of its rules, and says what to do in each", () => {
    const tried = new Set([
      ...NEVER_STARTED.map(([cause]) => cause),
      ...ENDED.map(({ cause }) => cause),
    ]);
    const untried = DIAGNOSIS_RULES.filter(
      ({ cause }) => !tried.has(cause) && cause !== "SidecarExited",
    );
    expect(untried).toEqual([]);
    for (const { cause, next } of DIAGNOSIS_RULES) {
      expect(CAUSES).toContain(cause);
      expect(next).not.toBe("");
    }
  });

  it.each([
    ["ImageNotFound", "r.example/timeout/access-denied/eni@sha256:40401403", "not found"],
    ["ImagePullDenied", "r.example/not-found/i-o-timeout:v1", "403 Forbidden"],
    ["ImagePullTimeout", "r.example/not found/denied:v2", "dial tcp 203.0.113.1:443: i/o timeout"],
    ["ImagePull", "r.example/no-such-host/manifest unknown:1", "500 Internal Server Error"],
  ])("reads %s whatever the image %s is called", (cause, image, words) => {
    const stoppedReason = `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${words}`;
    const diagnosis = diagnose({ stoppedReason, containers: [{ name: "flow", image }] });
    expect(diagnosis.cause).toBe(cause);
    expect(diagnosis.message).toContain(image);
  });

  it("does not take a missing exit code for a success", () => {
    const { message, evidence } = diagnose({
      stopCode: "EssentialContainerExited",
      containers: [{ name: "flow" }],
    });
    expect(message).toContain("gave no exit code");
    expect(evidence["containers"]).toEqual([{ name: "flow", exitCode: null, reason: null }]);
  });

  it("says that a killed container may have lacked memory, without claiming it", () => {
    expect(diagnose(exited(137)).message).toContain("possibly for its memory");
    expect(diagnose(exited(137, "OutOfMemoryError: x")).message).not.toContain("possibly");
  });

  it("keeps AWS's words short enough to be recorded", () => {
    const words = "x".repeat(5_000);
    const containers = Array.from({ length: 50 }, (_, at) => ({ name: `c${at}`, reason: words }));
    const { message, evidence } = diagnose({ stoppedReason: words, containers });
    expect(JSON.stringify(evidence).length).toBeLessThan(15_000);
    expect(message.length).toBeLessThan(5_000);
  });
});

describe("a task with a sidecar", () => {
  const roles = { flowContainer: "main" };
  const ended = (main?: number, sidecar?: number): StoppedTask => ({
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    containers: [
      { name: "proxy", ...(sidecar === undefined ? {} : { exitCode: sidecar }) },
      { name: "main", ...(main === undefined ? {} : { exitCode: main }) },
    ],
  });

  it.each([
    [143, 1, "SidecarExited"],
    [137, 1, "SidecarExited"],
    [undefined, 2, "SidecarExited"],
    [143, 0, "SidecarExited"],
    // Killed for its memory, perhaps; the sidecar heeded SIGTERM then.
    [137, 0, "EssentialContainerExited"],
    [1, 143, "EssentialContainerExited"],
    [1, 0, "EssentialContainerExited"],
    [0, 137, "EssentialContainerExited"],
    [3, 1, "EssentialContainerExited"],
    [143, 143, "EssentialContainerExited"],
    [undefined, undefined, "EssentialContainerExited"],
  ])("that ended with %s, the sidecar with %s, is told as %s", (main, sidecar, cause) => {
    expect(diagnose(ended(main, sidecar), roles).cause).toBe(cause);
  });

  it("names the sidecar", () => {
    expect(diagnose(ended(143, 7), roles)).toMatchObject({
      message: expect.stringContaining("container proxy exited with code 7"),
      evidence: { endedFirst: "proxy" },
    });
  });

  it("does not blame one whose end does not matter", () => {
    const unessential = ["proxy"];
    expect(diagnose(ended(143, 1), { ...roles, unessential }).cause).toBe(
      "EssentialContainerExited",
    );
  });

  it("blames none where it is not known which container is the flow's", () => {
    expect(stopFactsOf(ended(143, 1), {}).sidecar).toBeUndefined();
  });
});

describe("a container that ended with 0", () => {
  it("asks for nothing to be done, as another exit code does", () => {
    const ended = (exitCode: number) =>
      diagnose({
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        containers: [{ name: "flow", exitCode }],
      }).message;
    expect(ended(1)).toContain("see the last lines");
    expect(ended(0)).not.toContain("see the last lines");
  });
});

describe("an argument in what is said", () => {
  it("is replaced in AWS's words, and in none of Slipway's own", () => {
    const hide = (words: string) => words.replaceAll("on-demand", "‹hidden›");
    const { message } = diagnose(
      { stopCode: "SpotInterruption", stoppedReason: "Your on-demand Spot Task was interrupted." },
      {},
      hide,
    );
    expect(message).toContain("Your ‹hidden› Spot Task");
    expect(message).toContain('then: "on-demand"');
  });
});
