import type { ContainerExit } from "../drivers/driver.ts";
import type { StopCode } from "../model/task.ts";
import type { TaskDefinition } from "../model/task-definition.ts";
import type { FailurePlan, FailureStage, PlannedTask } from "./failure-plan.ts";

const KILLED = 137;

type DefinedContainer = TaskDefinition["containerDefinitions"][number];

/** The part of a plan that depends on the failure alone. */
type Outcome = Pick<FailurePlan, "stop" | "exits" | "kills" | "hides">;

interface TaskFailureKind {
  readonly stage: FailureStage;
  /** The container that it is about, where it is about one and the author names none. */
  readonly chooses?: (definition: TaskDefinition) => DefinedContainer | undefined;
  /** Undefined where it can't happen to such a task: then it happens to a later one. */
  readonly outcome: (
    planned: PlannedTask,
    container: DefinedContainer | undefined,
  ) => Partial<Outcome> | undefined;
}

/** Each way in which a task fails, in the words that AWS uses for it (platform version 1.4.0). */
const KINDS = {
  "network-interface": neverStarts(
    "provision",
    () => "Timeout waiting for network interface provisioning to complete.",
  ),
  "ephemeral-storage": neverStarts(
    "provision",
    () => "Timeout waiting for EphemeralStorage provisioning to complete.",
  ),
  "capacity-provider": {
    stage: "provision",
    outcome: () => ({
      stop: {
        code: "TaskFailedToStart",
        reason:
          "Capacity is unavailable at this time. Please try again later or in a different availability zone",
      },
      hides: "containers",
    }),
  },
  role: neverStarts(
    "provision",
    ({ definition }) =>
      `ECS was unable to assume the role '${roleOf(definition)}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`,
  ),
  secret: neverStarts("prepare", secretReason),
  "log-driver": neverStarts("prepare", loggerReason),
  "file-system": neverStarts("prepare", fileSystemReason),
  "image-not-found": pullFails(
    ({ image }) =>
      `pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`,
  ),
  "image-pull-denied": pullFails(
    ({ image }) =>
      `pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
  ),
  "image-pull-timeout": pullFails(
    ({ image = "" }) =>
      `pull image manifest has been retried 5 time(s): failed to resolve ref ${image}: failed to do request: Head "https://${registryOf(image)}/v2/": dial tcp 203.0.113.10:443: i/o timeout`,
  ),
  "image-pull": pullFails(
    ({ image = "" }) =>
      `ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: unexpected status code https://${registryOf(image)}/v2/: 500 Internal Server Error`,
  ),
  "platform-mismatch": pullFails((_container, { definition }) => {
    const architecture =
      definition.runtimePlatform?.cpuArchitecture === "ARM64" ? "arm64" : "amd64";
    return `pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/${architecture}'`;
  }),
  "disk-full": pullFails(
    () =>
      "ref pull has been retried 1 time(s): failed to extract layer sha256:0000000000000000000000000000000000000000000000000000000000000000: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs/layer: no space left on device: unknown",
  ),
  "entry-point": startFails(
    ({ entryPoint, command }) =>
      `CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "${entryPoint?.[0] ?? command?.[0] ?? "/entrypoint.sh"}": executable file not found in $PATH: unknown`,
  ),
  "start-timeout": startFails(
    () =>
      "ContainerRuntimeTimeoutError: Could not transition to running; timed out after waiting 1m: context deadline exceeded",
  ),
  "spot-reclaim": {
    stage: "run",
    outcome: ({ task }) =>
      // An on-demand task is never taken back.
      task.capacityProviderName === "FARGATE_SPOT"
        ? { stop: { code: "SpotInterruption", reason: "Your Spot Task was interrupted." } }
        : undefined,
  },
  "termination-notice": stops(
    "TerminationNotice",
    "ECS is performing maintenance on the underlying infrastructure hosting the task",
  ),
  "health-check": stops("ServiceSchedulerInitiated", "Task failed container health checks"),
  "user-stop": stops("UserInitiated", "Task stopped by user"),
  infrastructure: {
    stage: "run",
    outcome: ({ definition }) => ({
      stop: {
        code: "InfrastructureHealth",
        reason: "The underlying infrastructure hosting the task is unhealthy.",
      },
      kills: namesOf(definition),
      // The machine is gone: nobody has seen how the containers ended.
      exits: Object.fromEntries(namesOf(definition).map((name) => [name, {}])),
    }),
  },
  lost: {
    stage: "run",
    outcome: ({ definition }) => ({
      // Nobody reads these: the API does not know the task any more.
      stop: { code: "InfrastructureHealth", reason: "The task was lost" },
      kills: namesOf(definition),
      hides: "task",
    }),
  },
  "out-of-memory": containerDies(firstEssential, {
    exitCode: KILLED,
    reason: "OutOfMemoryError: Container killed due to memory usage",
  }),
  "essential-sidecar": containerDies(essentialSidecar, { exitCode: 1 }),
} satisfies Record<string, TaskFailureKind>;

export type TaskFailureName = keyof typeof KINDS;

/** The names of all failures that a script may give a task. */
export const TASK_FAILURES = Object.keys(KINDS) as TaskFailureName[]; // the keys of the table above

/** Tells whether the failure is one container's. */
export function isOfContainer(name: TaskFailureName): boolean {
  const kind: TaskFailureKind = KINDS[name];
  return kind.chooses !== undefined;
}

/** What the failure makes of such a task; undefined where it can't happen to it. */
export function planFailure(
  name: TaskFailureName,
  planned: PlannedTask,
  containerName: string | undefined,
): Omit<FailurePlan, "afterMs"> | undefined {
  const { stage, chooses, outcome }: TaskFailureKind = KINDS[name];
  const { containerDefinitions } = planned.definition;
  const container =
    containerName === undefined
      ? chooses?.(planned.definition)
      : containerDefinitions.find((one) => one.name === containerName);
  const found = outcome(planned, container);
  return found && { name, stage, exits: {}, kills: [], ...found };
}

function neverStarts(
  stage: FailureStage,
  reason: (planned: PlannedTask) => string,
): TaskFailureKind {
  return {
    stage,
    outcome: (planned) => ({ stop: { code: "TaskFailedToStart", reason: reason(planned) } }),
  };
}

/** The container whose image is not there says it, and the task repeats it. */
function pullFails(
  words: (container: DefinedContainer, planned: PlannedTask) => string,
): TaskFailureKind {
  return {
    stage: "pull",
    chooses: firstEssential,
    outcome: (planned, container) => {
      if (container === undefined) return undefined;
      const reason = `CannotPullContainerError: ${words(container, planned)}`;
      return {
        stop: { code: "TaskFailedToStart", reason },
        exits: { [container.name]: { reason } },
      };
    },
  };
}

function startFails(words: (container: DefinedContainer) => string): TaskFailureKind {
  return {
    stage: "start",
    chooses: firstEssential,
    outcome: (_planned, container) =>
      container && {
        stop: { code: "TaskFailedToStart", reason: "Task failed to start" },
        exits: { [container.name]: { reason: words(container) } },
      },
  };
}

function stops(code: StopCode, reason: string): TaskFailureKind {
  return { stage: "run", outcome: () => ({ stop: { code, reason } }) };
}

/** One container is killed, and the task ends because of that. */
function containerDies(
  chooses: (definition: TaskDefinition) => DefinedContainer | undefined,
  exit: ContainerExit,
): TaskFailureKind {
  return {
    stage: "run",
    chooses,
    outcome: (_planned, container) =>
      container && { kills: [container.name], exits: { [container.name]: exit } },
  };
}

function firstEssential({ containerDefinitions }: TaskDefinition): DefinedContainer | undefined {
  return containerDefinitions.find(({ essential }) => essential !== false);
}

/** The first container is the one that the task is for, so a sidecar is any other. */
function essentialSidecar({ containerDefinitions }: TaskDefinition): DefinedContainer | undefined {
  return containerDefinitions.slice(1).find(({ essential }) => essential !== false);
}

function namesOf({ containerDefinitions }: TaskDefinition): string[] {
  return containerDefinitions.map(({ name }) => name);
}

function roleOf({ executionRoleArn, taskRoleArn }: TaskDefinition): string {
  return executionRoleArn ?? taskRoleArn ?? "arn:aws:iam::000000000000:role/missing";
}

function registryOf(image: string): string {
  const [first = ""] = image.split("/", 1);
  return first.includes(".") || first.includes(":") ? first : "registry-1.docker.io";
}

function secretReason({ definition, region }: PlannedTask): string {
  const given = definition.containerDefinitions.flatMap(({ secrets = [] }) => secrets)[0];
  const arn =
    given?.valueFrom ?? `arn:aws:secretsmanager:${region}:000000000000:secret:missing-AbCdEf`;
  return `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${arn} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`;
}

function loggerReason({ definition }: PlannedTask): string {
  const options = definition.containerDefinitions[0]?.logConfiguration?.options;
  const group = options?.["awslogs-group"] ?? "missing";
  return `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. (log group ${group}) : exit status 1`;
}

function fileSystemReason({ region }: PlannedTask): string {
  return `ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: Failed to resolve "fs-00000000.efs.${region}.amazonaws.com" - check that your file system ID is correct : unsuccessful EFS utils command execution; code: 1`;
}
