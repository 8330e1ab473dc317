import type {
  ECSClientConfig,
  RegisterTaskDefinitionCommandInput,
  RunTaskCommandInput,
} from "@aws-sdk/client-ecs";
import type { CLIENT_FIELDS } from "./fields.ts";

type ClientFields = typeof CLIENT_FIELDS;

type DataField = {
  [Name in keyof ClientFields]: ClientFields[Name] extends "data" ? Name : never;
}[keyof ClientFields];

type AsData<T> = Exclude<T, (...inputs: never[]) => unknown>;

type ClientOptions = {
  [Name in Exclude<DataField, "credentials" | "endpoint" | "requestHandler">]?: AsData<
    ECSClientConfig[Name]
  >;
};

/** Static credentials: those that a provider function would fetch come from the agent's own surroundings. */
export interface StaticCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How to reach ECS; what is not given comes from where the agent runs, as the AWS SDK finds it. */
export interface FargateClientOptions extends ClientOptions {
  readonly credentials?: StaticCredentials | undefined;
  readonly endpoint?: string | undefined;
  /** Options of the SDK's HTTP handler, for example `requestTimeout`. */
  readonly requestHandler?: Readonly<Record<string, unknown>> | undefined;
  readonly awsAccessKeyId?: string | undefined;
  readonly awsSecretAccessKey?: string | undefined;
  readonly awsSessionToken?: string | undefined;
  readonly regionName?: string | undefined;
}

/**
 * All that {@link FargateTaskEnvironment} takes, flat: the client's fields, those of RegisterTaskDefinition and
 * those of RunTask, by the names that AWS gives them. `tags` and `placementConstraints` go to both calls.
 */
export type FargateTaskEnvironmentOptions = FargateClientOptions &
  Partial<RegisterTaskDefinitionCommandInput> &
  Partial<Omit<RunTaskCommandInput, keyof RegisterTaskDefinitionCommandInput>> & {
    /** Labels that an agent must have to launch runs of the flow. */
    readonly labels?: readonly string[] | undefined;
  };
