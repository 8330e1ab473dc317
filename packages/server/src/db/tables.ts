import type {
  Cost,
  Diagnosis,
  FlowStructure,
  Json,
  JsonObject,
  ResourceUsage,
  State,
  StateType,
  Timeline,
} from "@slipway/core";
import type { ColumnType, Generated } from "kysely";

/** Set by the database, once. */
type Created = ColumnType<Date, never, never>;
/** Read as data, written as text. */
type JsonColumn<T> = ColumnType<T, string, string>;
type NullableJson<T = Json> = ColumnType<T | null, string | null, string | null>;
type StateColumn = JsonColumn<State>;
/** 64 bits: too many for a number. */
type BigInteger = ColumnType<string, never, never>;

export interface Tables {
  readonly installation: {
    readonly id: string;
    readonly secret: Buffer;
    readonly createdAt: Created;
  };
  readonly project: { readonly id: string; readonly name: string; readonly createdAt: Created };
  readonly flow: {
    readonly id: string;
    readonly projectId: string;
    readonly name: string;
    readonly createdAt: Created;
  };
  readonly flowVersion: {
    readonly id: string;
    readonly flowId: string;
    readonly version: number;
    readonly structure: JsonColumn<FlowStructure>;
    readonly image: string;
    readonly environmentType: string;
    readonly labels: string[];
    readonly createdAt: Created;
  };
  readonly flowRun: {
    readonly id: string;
    readonly flowId: string;
    readonly flowVersionId: string;
    readonly name: string;
    readonly parameters: JsonColumn<JsonObject>;
    readonly labels: string[];
    readonly state: StateColumn;
    readonly stateType: StateType;
    readonly stateVersion: number;
    readonly attempt: Generated<number>;
    readonly scheduledStartTime: Date;
    readonly startTime: Date | null;
    readonly endTime: Date | null;
    readonly idempotencyKey: string | null;
    readonly createdAt: Created;
  };
  readonly attempt: {
    readonly id: string;
    readonly flowRunId: string;
    readonly number: number;
    readonly agentName: string;
    readonly leaseExpiresAt: Date;
    readonly swappedAt: Date | null;
    readonly runTokenHash: Buffer | null;
    readonly infrastructure: NullableJson;
    readonly diagnosis: NullableJson<Diagnosis>;
    readonly nextSequence: Generated<number>;
    readonly status: string | null;
    readonly timeline: ColumnType<Timeline, string | undefined, string>;
    readonly usage: NullableJson<ResourceUsage>;
    readonly cost: NullableJson<Cost>;
    readonly heartbeatAt: Date | null;
    readonly begunVariant: number | null;
    readonly launchBegunAt: Date | null;
    readonly releasedAt: Date | null;
    readonly launchedBy: string | null;
    readonly createdAt: Created;
    readonly endedAt: Date | null;
  };
  readonly logTail: { readonly attemptId: string; readonly lines: string[] };
  readonly containerLog: {
    readonly attemptId: string;
    readonly container: string;
    readonly cursor: string;
    readonly lines: number;
  };
  readonly taskDefinition: {
    readonly hash: string;
    readonly revision: number | null;
    readonly claimedBy: string | null;
    readonly claimExpiresAt: Date | null;
    readonly registeredAt: Date | null;
    readonly lastUsedAt: Date | null;
  };
  readonly rateBudget: {
    readonly scope: string;
    readonly operation: string;
    readonly tokens: number;
    readonly updatedAt: Date;
  };
  readonly flowRunState: {
    readonly flowRunId: string;
    readonly version: number;
    readonly attempt: number;
    readonly state: StateColumn;
  };
  readonly taskRun: {
    readonly flowRunId: string;
    readonly taskSlug: string;
    readonly mapIndex: number;
    readonly state: StateColumn;
    readonly stateType: StateType;
    readonly stateVersion: number;
    readonly startTime: Date | null;
    readonly endTime: Date | null;
  };
  readonly taskRunState: {
    readonly flowRunId: string;
    readonly taskSlug: string;
    readonly mapIndex: number;
    readonly version: number;
    readonly attempt: number;
    readonly state: StateColumn;
  };
  readonly log: {
    readonly flowRunId: string;
    readonly id: BigInteger;
    readonly attempt: number;
    readonly timestamp: Date;
    readonly level: string;
    readonly message: string;
    readonly taskSlug: string | null;
    readonly mapIndex: number | null;
    readonly container: string | null;
  };
  readonly agent: {
    readonly id: string;
    readonly name: string;
    readonly labels: string[];
    readonly lastSeenAt: Date;
  };
}
