import type { JsonObject } from "./json.ts";

/**
 * Where the process of a flow run runs. A plain description that an author writes in the flow file;
 * it is stored in the flow's image and nowhere else, since its arguments may hold secrets.
 */
export interface Environment {
  /** The class's name, for example `FargateTaskEnvironment`: all that the server ever learns of it, with the labels. */
  readonly type: string;
  /** Labels that an agent must have to launch runs of the flow. */
  readonly labels: readonly string[];
  serialize(): SerializedEnvironment;
}

/** The content of `environment.json`, alone in the last layer of a flow's image. */
export interface SerializedEnvironment {
  readonly version: 1;
  readonly type: string;
  readonly arguments: JsonObject;
}

/** The facts of one attempt of one flow run that an environment needs to launch it. */
export interface LaunchRequest {
  /** Tells what this Slipway launched from what another one did. */
  readonly installationId: string;
  readonly flowName: string;
  readonly flowRunId: string;
  /** Which launch of the run this is, from 1. */
  readonly attempt: number;
  /** Unique to the attempt; goes to the tag or label `identifier`. */
  readonly attemptId: string;
  /** The flow's image, by digest. */
  readonly image: string;
  /** The GraphQL endpoint as the container reaches it. */
  readonly apiUrl: string;
  /** Good for one swap against a token for this attempt alone. */
  readonly bootstrapToken: string;
  /** Why earlier attempts of the run ended, oldest first: the causes of their diagnoses. Sizes and capacity grow with them. */
  readonly earlier: readonly string[];
  /** Which of the author's ways to launch is tried, from 0: the next one where the platform had no capacity for this one. */
  readonly variant: number;
}

/** What was launched: enough to find it again after a restart. Recorded with the attempt; holds no secret. */
export interface Infrastructure {
  /** For example `EcsTask` or `KubernetesJob`. */
  readonly kind: string;
  /** The ECS task's id (not its ARN, which holds the environment's region and cluster), or the Job's uid (its name is the author's). */
  readonly id: string;
  /** Facts that are no arguments of the environment, for example the task definition's `revision`. */
  readonly details: JsonObject;
}

/** Why an attempt ended, as far as the infrastructure knows. */
export interface Diagnosis {
  /** A stable name, for example `OutOfMemory`, `ImagePull` or `EssentialContainerExited`. */
  readonly cause: string;
  /** One line for a person, with the platform's own words. */
  readonly message: string;
  /** The raw facts: exit code, stop code, stopped reason and the like. */
  readonly evidence: JsonObject;
}

/**
 * When an attempt reached each step, by the step's name, as ISO 8601 in UTC: the platform's own names where it has
 * them (ECS: `createdAt`, `connectivityAt`, `pullStartedAt`, `pullStoppedAt`, `startedAt`, `stoppingAt`,
 * `executionStoppedAt`, `stoppedAt`; a Job: `jobCreatedAt`, `podCreatedAt`, `scheduledAt`, `pullStartedAt`,
 * `pullStoppedAt`, `initializedAt`, `startedAt`, `finishedAt`), and those of the run's process (`processStartedAt`,
 * `bootedAt`, `importedAt`, `checkedInAt`, `firstTaskAt`).
 */
export type Timeline = Readonly<Record<string, string>>;

/** What an attempt cost, as far as list prices say. */
export interface Cost {
  readonly amount: number;
  /** ISO 4217, for example `USD`. */
  readonly currency: string;
  /** The date of the price table; with the region that stands for one that it does not have: `2026-01-31, us-east-1`. */
  readonly pricesOf: string;
}

export type Observation =
  | {
      readonly status: "starting" | "running";
      /** What it waits for, in one line, where the platform says so. */
      readonly message?: string;
      readonly timeline?: Timeline;
    }
  | {
      readonly status: "stopped";
      readonly diagnosis: Diagnosis;
      readonly timeline?: Timeline;
      readonly cost?: Cost;
      /**
       * Where the platform itself starts the run's process once more (a Job's `backoffLimit`, a pod's
       * `restartPolicy`): what the next attempt is, launched already.
       */
      readonly successor?: Infrastructure;
      /** True where the platform still keeps what has stopped, as a cluster keeps a Job: `stop` removes it. */
      readonly remains?: boolean;
    };

/** Whether, when and why a lost attempt is followed by another one. */
export interface RetryDecision {
  readonly delayMs: number;
  /** One line for a person, for example `retry 2 of 3 after ImagePull`. */
  readonly reason: string;
  /** True where another attempt is safe only if the run's process never checked in, so no task of the author's has run. */
  readonly unlessStarted: boolean;
}

/** A line that a container wrote, as the platform keeps it. */
export interface ContainerLine {
  /** RFC 3339 with as many digits as the platform gives: lines of one container are in this order. */
  readonly timestamp: string;
  readonly message: string;
}

/** Takes the lines of containers on. */
export interface ContainerLogSink {
  /** The timestamp of the last line that was taken of each container, by its place in the specification, for example `containers[1]`. */
  readonly cursors: Readonly<Record<string, string>>;
  /** False from when the run's process reports its own lines: then its container is of no interest any more. */
  readonly wantsFlowContainer: boolean;
  /** Takes lines of one container, oldest first; resolves when they are kept. */
  take(container: string, lines: readonly ContainerLine[]): Promise<void>;
}

/** A call rate that a platform allows to an account: a bucket of `burst` calls that fills with `perSecond`. */
export interface CallRate {
  readonly operation: string;
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * What the launches of all agents share through the server, as one attempt sees it. `scope` names an account and
 * region by a hash, so that neither is told.
 */
export interface LaunchLedger {
  /**
   * Writes down that the attempt is about to be launched in this way, then waits until the rate allows the call.
   * Throws `ATTEMPT_SUPERSEDED` where the attempt is another's, has ended or its run is being cancelled.
   */
  beginLaunch(intent: {
    readonly variant: number;
    readonly scope: string;
    readonly rate: CallRate;
  }): Promise<void>;
  /**
   * The revision that was recorded under this hash. Where there is none, `register` is called: by one agent at
   * a time for each hash, within the rate; the others wait for what it records.
   */
  definition(
    wanted: { readonly hash: string; readonly scope: string; readonly rate: CallRate },
    register: () => Promise<number>,
  ): Promise<number>;
  /** The platform does not have the recorded revision any more. */
  forgetDefinition(hash: string, revision: number): Promise<void>;
}

/** The exact API inputs of a launch, by operation name, for example `RegisterTaskDefinition` and `RunTask`. */
export type RenderedLaunch = Readonly<Record<string, JsonObject>>;

/** The launching side of an environment. Rendering is pure; everything else talks to the platform. */
export interface EnvironmentLauncher {
  /** How many ways to launch the author gave, at least 1; {@link LaunchRequest.variant} is below it. */
  readonly variants: number;
  /** How long a run's process has, once it was told to stop, before its infrastructure is stopped. */
  readonly stopGraceMs: number;
  /** How long the platform may be without capacity before the run has failed. */
  readonly capacityDeadlineMs: number;
  /**
   * What would be sent for this request, and nothing more. What only the platform knows (the number of a
   * task definition's revision) is taken from `launched`: with it, exactly what was sent for that launch.
   */
  render(request: LaunchRequest, launched?: Infrastructure): RenderedLaunch;
  /** Prepares what runs of this image share. Safe to call again, and at the same time from several agents. */
  setup(request: LaunchRequest, ledger: LaunchLedger): Promise<void>;
  /**
   * Launches the attempt. Throws `CLOUD_UNREACHABLE`, `CLOUD_REFUSED` or `LAUNCH_FAILED` with the platform's words;
   * the details' `cause` names what a diagnosis would, for example `Capacity`, `Throttled` or `AccessDenied`.
   */
  execute(request: LaunchRequest, ledger: LaunchLedger): Promise<Infrastructure>;
  /** Finds what an earlier `execute` of the same attempt launched when its answer was lost. */
  find(request: LaunchRequest): Promise<Infrastructure | undefined>;
  /** One look at what was launched. */
  observe(infrastructure: Infrastructure): Promise<Observation>;
  /**
   * Tells `listener` each time that what was launched may have changed, where the platform says so by itself, until the
   * function that it answers is called. Looking from time to time is needed all the same.
   */
  onChange(infrastructure: Infrastructure, listener: () => void): () => void;
  /**
   * Follows what containers write that the run's process does not report itself: sidecars, init containers, and the
   * flow's own container until its process has checked in. Ends when they have ended or the signal is aborted; does
   * nothing where the platform gives no such stream.
   */
  followLogs(
    infrastructure: Infrastructure,
    sink: ContainerLogSink,
    signal: AbortSignal,
  ): Promise<void>;
  /** Asks the platform to stop what was launched; asking again is fine. `observe` says whether it has. */
  stop(infrastructure: Infrastructure, reason: string): Promise<void>;
  /** The last lines that the flow's container wrote, oldest first, at most `most`; none where they are kept nowhere. */
  logTail(
    infrastructure: Infrastructure,
    request: LaunchRequest,
    most: number,
  ): Promise<readonly string[]>;
  /** Whether the author's policy follows an attempt that ended so with another one. Pure. */
  retryAfter(diagnosis: Diagnosis, request: LaunchRequest): RetryDecision | undefined;
  close(): void;
}
