import type { Cause } from "./causes.ts";
import type { StopFacts } from "./stopped-task.ts";

export interface DiagnosisRule {
  readonly cause: Cause;
  readonly applies: (facts: StopFacts) => boolean;
  /** What it means, before AWS's own words. */
  readonly means: string;
  /** What to do about it, after them. */
  readonly next: string;
}

/** The reason that Slipway gives where it stops a task that never started. */
export const START_TIMEOUT_REASON = "Slipway: the task has not started in 45 minutes";

const says = (pattern: RegExp) => (facts: StopFacts) => pattern.test(facts.words);
const saysBoth = (first: RegExp, second: RegExp) => (facts: StopFacts) =>
  facts.words.split("\n").some((line) => first.test(line) && second.test(line));
const codeIs = (code: string) => (facts: StopFacts) => facts.stopCode === code;
const either =
  (...rules: readonly ((facts: StopFacts) => boolean)[]) =>
  (facts: StopFacts) =>
    rules.some((rule) => rule(facts));

const PULL =
  /CannotPull(Container|ECRContainer|ContainerRegistryAuth)|CannotPullImage|ImagePull|pull image manifest|unable to pull image|ref pull|registry auth/i;
const UNREACHED =
  /i\/o timeout|timed? ?out|deadline exceeded|request canceled|connection (refused|reset)|dial tcp|no such host|RequestError: send request failed|connection issue/i;
const DENIED =
  /access ?denied|not authorized|authorization failed|unauthorized|no basic auth credentials|403 Forbidden|denied:|may require ('docker login'|authorization)/i;
const MISSING = /not found|manifest unknown|name unknown|NAME_UNKNOWN|does not exist/i;
const SECRET =
  /ResourceInitializationError.*(secret|\bssm\b|\basm\b|parameter|env(ironment)? files?)/i;

/** Causes from the most telling to the least; the first that applies is taken. */
export const DIAGNOSIS_RULES: readonly DiagnosisRule[] = [
  // What ended a task that ran.
  {
    cause: "SpotInterruption",
    applies: either(codeIs("SpotInterruption"), says(/Your Spot Task was interrupted/i)),
    means: "AWS took the Spot capacity back",
    next: 'give the environment `onInfrastructureFailure: { spot: { retries: 3, then: "on-demand" } }`, or run on demand',
  },
  {
    cause: "OutOfMemory",
    applies: says(/OutOfMemory|memory usage|OOM-?killed|oom_kill/i),
    means: "A container needed more memory than it has",
    next: "give the task more `memory`, or `onInfrastructureFailure: { outOfMemory: scaleMemory() }`",
  },
  {
    cause: "StartTimeout",
    applies: says(new RegExp(`${START_TIMEOUT_REASON}|(ContainerRuntime|Docker)TimeoutError`)),
    means: "The task did not start in time",
    next: "look at the cluster's capacity and the image's size; the next attempt may start",
  },
  {
    cause: "PlatformMismatch",
    applies: says(
      /exec format error|does not contain descriptor matching platform|no matching manifest for/i,
    ),
    means: "The image is not for the task's processor",
    next: "give `runtimePlatform.cpuArchitecture` as the image has it, or build the image for that `platforms`",
  },
  {
    cause: "DiskFull",
    applies: says(/no space left on device|disk quota exceeded/i),
    means: "The task's disk is full",
    next: "give it more `ephemeralStorage.sizeInGiB` (21 to 200)",
  },
  // What kept it from starting.
  {
    cause: "EphemeralStorage",
    applies: says(/EphemeralStorage|ephemeral storage/i),
    means: "The task got no disk",
    next: "this passes; the next attempt may start",
  },
  {
    cause: "RoleUnavailable",
    applies: says(/unable to assume (the )?role|role .*(cannot be assumed|is not valid)/i),
    means: "ECS could not take on a role of the task",
    next: "check that `taskRoleArn` and `executionRoleArn` are there and that their trust policies name `ecs-tasks.amazonaws.com`",
  },
  {
    cause: "FileSystem",
    applies: says(/\bEFS\b|\.efs\.|mount\.nfs|CannotCreateVolume|\bFSx|failed to mount|EBS volume/),
    means: "A volume could not be set up",
    next: "check the file system's id, its mount targets in the task's subnets, and that security groups let port 2049 through",
  },
  {
    cause: "LogDriver",
    applies: says(/logger args|logging driver|log (group|stream)|log router|firelens/i),
    means: "The container's logs have nowhere to go",
    next: "create the log group (or give `awslogs-create-group`), and let `executionRoleArn` write to it: logs:CreateLogStream, logs:PutLogEvents",
  },
  {
    cause: "NetworkInterface",
    applies: says(
      /[Nn]etwork [Ii]nterface|(?<!RESOURCE:)\bENIs?\b|netplugin|Error retrieving subnet/,
    ),
    means: "The task got no network interface",
    next: "check that the subnets have free addresses; where it was AWS's delay, the next attempt may start",
  },
  {
    cause: "SecretUnavailable",
    applies: (facts) => SECRET.test(withoutRegistry(facts.words)),
    means: "A secret, a parameter or an environment file could not be fetched",
    next: "check that it is there, that `executionRoleArn` may read it, and that the subnets reach Secrets Manager or SSM",
  },
  {
    cause: "ImagePullTimeout",
    applies: saysBoth(PULL, UNREACHED),
    means: "The image's registry did not answer the task",
    next: "check that the subnets reach the registry: a public address, a NAT gateway, or VPC endpoints for ECR and S3",
  },
  {
    cause: "ImagePullDenied",
    applies: saysBoth(PULL, DENIED),
    means: "The image's registry refused the task",
    next: "let `executionRoleArn` pull from ECR (AmazonECSTaskExecutionRolePolicy), or give `repositoryCredentials`",
  },
  {
    cause: "ImageNotFound",
    applies: saysBoth(PULL, MISSING),
    means: "An image of the task is not in its registry",
    next: "AWS names it: register the flow again for its own, and keep images that runs still need",
  },
  {
    cause: "ImagePull",
    applies: says(PULL),
    means: "An image of the task could not be pulled",
    next: "the next attempt may work; see AWS's words for what the registry said",
  },
  {
    cause: "Capacity",
    applies: either(
      says(
        /Capacity is unavailable|RESOURCE:|No Container Instances were found|reached the limit on the number of|unable to place a task|EMPTY CAPACITY PROVIDER|^AGENT$/im,
      ),
      // A capacity provider that gives up waiting says no more than this.
      ({ stopCode, words, placed }) => stopCode === "TaskFailedToStart" && words === "" && !placed,
    ),
    means: "AWS had no room for the task",
    next: 'give `onInfrastructureFailure: { capacity: { then: ["on-demand"] } }`, more subnets, or a larger quota',
  },
  {
    cause: "EntryPointMissing",
    applies: either(
      says(/executable file not found|exec: .*(not found|no such file|permission denied)/i),
      ({ flowExit }) => flowExit === 126 || flowExit === 127,
    ),
    means: "The image has no program to start the flow with",
    next: "the image must have `node` in its PATH; register the flow again with a `baseImage` that has it",
  },
  {
    cause: "HealthCheckFailed",
    applies: says(
      /failed (container|ELB) health checks|unhealthy container|dependency .*(unhealthy|timed out)/i,
    ),
    means: "A health check failed",
    next: "give the container's `healthCheck` a longer `startPeriod`, or leave it out",
  },
  // Who stopped it.
  {
    cause: "TerminationNotice",
    applies: either(
      codeIs("TerminationNotice"),
      says(/maintenance on the underlying infrastructure|reached retirement|task retirement/i),
    ),
    means: "AWS retired the machine below the task",
    next: "nothing is wrong with the flow; the next attempt runs on another machine",
  },
  {
    cause: "InfrastructureHealth",
    applies: either(
      codeIs("InfrastructureHealth"),
      says(
        /Host EC2 .*(terminated|stopped)|infrastructure .*is unhealthy|container instance .*deregist/i,
      ),
    ),
    means: "The machine below the task failed",
    next: "nothing is wrong with the flow; the next attempt runs on another machine",
  },
  {
    cause: "UserInitiated",
    applies: codeIs("UserInitiated"),
    means: "Somebody stopped the task",
    next: "CloudTrail says who called StopTask",
  },
  {
    cause: "ServiceSchedulerInitiated",
    applies: either(codeIs("ServiceSchedulerInitiated"), says(/Scaling activity initiated by/i)),
    means: "An ECS service's scheduler stopped the task",
    next: "run flows outside of ECS services: leave `group` to Slipway",
  },
  // How it ended by itself.
  {
    cause: "SidecarExited",
    applies: ({ stopCode, words, sidecar }) =>
      sidecar !== undefined && isContainerExit(stopCode, words),
    means: "An essential container beside the flow's ended, so ECS stopped the flow",
    next: "look at that container's logs, or give it `essential: false`",
  },
  {
    cause: "TaskFailedToStart",
    applies: either(
      codeIs("TaskFailedToStart"),
      says(
        /ResourceInitializationError|Cannot(Start|Create|Inspect)Container|ContainerRuntimeError|InternalError|Task failed to start/,
      ),
    ),
    means: "The task could not be started",
    next: "the next attempt may start; see AWS's words for what failed",
  },
  {
    cause: "EssentialContainerExited",
    applies: ({ stopCode, words, exited }) =>
      isContainerExit(stopCode, words) || (stopCode === "" && exited),
    means: "The flow's container ended",
    next: "see the last lines that it wrote",
  },
];

function isContainerExit(stopCode: string, words: string): boolean {
  return (
    stopCode === "EssentialContainerExited" || /Essential container in task exited/i.test(words)
  );
}

/** "unable to pull secrets or registry auth" is said of both: which of them it was stands after it. */
function withoutRegistry(words: string): string {
  const specific = words.replaceAll(/unable to pull secrets or registry auth:?/gi, "");
  return /registry auth/i.test(specific) ? "" : specific;
}
