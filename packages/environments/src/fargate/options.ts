import type {
  ECSClientConfig,
  RegisterTaskDefinitionCommandInput,
  RunTaskCommandInput,
} from "@aws-sdk/client-ecs";
import type { CLIENT_FIELDS } from "./fields.ts";
import type { InfrastructureFailureOptions } from "./retry-policy/options.ts";

type ClientFields = typeof CLIENT_FIELDS;

type DataField = {
  [Name in keyof ClientFields]: ClientFields[Name] extends "data" ? Name : never;
}[keyof ClientFields];

type AsData<T> = Exclude<T, (...inputs: never[]) => unknown>;

/** Mapped over the SDK's own keys, so that editors show the SDK's documentation. */
type ClientOptions = {
  [Name in keyof Pick<
    ECSClientConfig,
    Exclude<DataField, "credentials" | "endpoint" | "requestHandler">
  >]?: AsData<ECSClientConfig[Name]>;
};

/** Static credentials: those that a provider function would fetch come from the agent's own surroundings. */
export interface StaticCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How to reach ECS; what is not given comes from where the agent runs, as the AWS SDK finds it. */
export interface FargateClientOptions extends ClientOptions {
  /** Better left out: a role, of the agent's or the task's, needs no key in an image. */
  readonly credentials?: StaticCredentials | undefined;
  /** Where the API is served, for example `http://127.0.0.1:4210`; AWS's own address unless given. */
  readonly endpoint?: string | undefined;
  /** Options of the SDK's HTTP handler, for example `requestTimeout`. */
  readonly requestHandler?: Readonly<Record<string, unknown>> | undefined;
  /** The original's name for `credentials.accessKeyId`. */
  readonly awsAccessKeyId?: string | undefined;
  /** The original's name for `credentials.secretAccessKey`. */
  readonly awsSecretAccessKey?: string | undefined;
  /** The original's name for `credentials.sessionToken`. */
  readonly awsSessionToken?: string | undefined;
  /** The original's name for `region`. */
  readonly regionName?: string | undefined;
}

/** What Slipway itself takes beside AWS's fields. */
export interface FargateOwnOptions {
  /** Labels that an agent must have to launch runs of the flow. */
  readonly labels?: readonly string[] | undefined;
  /**
   * Fields for RegisterTaskDefinition alone; they win over flat ones. For `tags` and `placementConstraints`, which
   * go to both calls where they are given flat.
   */
  readonly registerTaskDefinition?: Partial<RegisterTaskDefinitionCommandInput> | undefined;
  /**
   * Fields for RunTask alone; they win over flat ones. A `taskDefinition` here is used as it is, whatever it names:
   * nothing is registered.
   */
  readonly runTask?: Partial<RunTaskCommandInput> | undefined;
  /** What follows when the infrastructure fails, by cause; apart from the retries of the flow's own tasks. */
  readonly onInfrastructureFailure?: InfrastructureFailureOptions | undefined;
  /** How long a cancelled run has to end its tasks before its ECS task is stopped, for example `"30s"`; `"10s"` unless given. */
  readonly stopGrace?: string | undefined;
}

/**
 * All that {@link FargateTaskEnvironment} takes, flat: the client's fields, those of RegisterTaskDefinition and
 * those of RunTask, by the names that AWS gives them. `tags` and `placementConstraints` go to both calls.
 */
export type FargateTaskEnvironmentOptions = FargateClientOptions &
  Partial<RegisterTaskDefinitionCommandInput> &
  Partial<Omit<RunTaskCommandInput, keyof RegisterTaskDefinitionCommandInput>> &
  FargateOwnOptions;
