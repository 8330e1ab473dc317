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
}

/** What was launched: enough to find it again after a restart. Recorded with the attempt; holds no secret. */
export interface Infrastructure {
  /** For example `EcsTask` or `KubernetesJob`. */
  readonly kind: string;
  /** The ECS task's id (not its ARN, which holds the environment's region and cluster), or the Job's name. */
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

export type Observation =
  | { readonly status: "starting" | "running" }
  | { readonly status: "stopped"; readonly diagnosis: Diagnosis };

/** The exact API inputs of a launch, by operation name, for example `RegisterTaskDefinition` and `RunTask`. */
export type RenderedLaunch = Readonly<Record<string, JsonObject>>;

/** The launching side of an environment. Rendering is pure; everything else talks to the platform. */
export interface EnvironmentLauncher {
  /**
   * What would be sent for this request, and nothing more. What only the platform knows (the number of a
   * task definition's revision) is taken from `launched`: with it, exactly what was sent for that launch.
   */
  render(request: LaunchRequest, launched?: Infrastructure): RenderedLaunch;
  /** Prepares what runs of this image share. Safe to call again, and at the same time from several agents. */
  setup(request: LaunchRequest): Promise<void>;
  /** Launches the attempt. Throws `CLOUD_UNREACHABLE`, `CLOUD_REFUSED` or `LAUNCH_FAILED` with the platform's words. */
  execute(request: LaunchRequest): Promise<Infrastructure>;
  /** Finds what an earlier `execute` of the same attempt launched when its answer was lost. */
  find(request: LaunchRequest): Promise<Infrastructure | undefined>;
  /** One look at what was launched. */
  observe(infrastructure: Infrastructure): Promise<Observation>;
  close(): void;
}
