import { createHash } from "node:crypto";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { ECSClient, ECSClientConfig } from "@aws-sdk/client-ecs";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { STSClient } from "@aws-sdk/client-sts";
import { canonicalJson } from "@slipway/core";
import { servesAll, serviceConfig } from "./service-config.ts";

export interface OpenedEcs {
  readonly sdk: typeof import("@aws-sdk/client-ecs");
  /** For calls that only read: the SDK repeats them by its own rules. */
  readonly reads: ECSClient;
  /**
   * For calls that change something, made once: who launches looks for what a lost call did before it repeats it, and
   * asks for room in the rate that agents share before each.
   */
  readonly writes: ECSClient;
}

export interface OpenedLogs {
  readonly sdk: typeof import("@aws-sdk/client-cloudwatch-logs");
  readonly client: CloudWatchLogsClient;
}

export interface OpenedSts {
  readonly sdk: typeof import("@aws-sdk/client-sts");
  readonly client: STSClient;
}

export interface OpenedIam {
  readonly sdk: typeof import("@aws-sdk/client-iam");
  readonly client: IAMClient;
}

/** The SDK's clients of one configuration: each loaded and made when it is first used. */
export class CloudClients {
  readonly #config: ECSClientConfig;
  readonly #opened: { destroy(): void }[] = [];
  #closed = false;
  readonly #logs = new Map<string, Promise<OpenedLogs>>();
  #ecs: Promise<OpenedEcs> | undefined;
  #sts: Promise<OpenedSts> | undefined;
  #iam: Promise<OpenedIam> | undefined;
  #scope: Promise<string> | undefined;

  constructor(config: ECSClientConfig) {
    this.#config = config;
  }

  /** What to call the endpoint in an error. */
  get endpoint(): string {
    const { endpoint } = this.#config;
    return typeof endpoint === "string" ? new URL(endpoint).origin : "the region's endpoint";
  }

  /** Whether the endpoint is none of AWS's: local Fargate, for example. */
  get isElsewhere(): boolean {
    return servesAll(this.#config.endpoint);
  }

  ecs(): Promise<OpenedEcs> {
    this.#ecs ??= this.#openEcs();
    return this.#ecs;
  }

  /** CloudWatch Logs, in another region than the task's where its log configuration says so. */
  logs(region: string | undefined): Promise<OpenedLogs> {
    const key = region ?? "";
    const opened = this.#logs.get(key) ?? this.#openLogs(region);
    this.#logs.set(key, opened);
    return opened;
  }

  sts(): Promise<OpenedSts> {
    this.#sts ??= this.#openSts();
    return this.#sts;
  }

  iam(): Promise<OpenedIam> {
    this.#iam ??= this.#openIam();
    return this.#iam;
  }

  /** Names the account and region that are called, as a hash: the same for every agent that calls them. */
  scope(): Promise<string> {
    this.#scope ??= this.#readScope().catch((error: unknown) => {
      this.#scope = undefined;
      throw error;
    });
    return this.#scope;
  }

  close(): void {
    this.#closed = true;
    for (const client of this.#opened.splice(0)) client.destroy();
  }

  async #openEcs(): Promise<OpenedEcs> {
    const sdk = await import("@aws-sdk/client-ecs");
    // Copies, since a client writes into the credentials that it is given.
    const reads = this.#kept(new sdk.ECSClient(structuredClone(this.#config)));
    const writes = this.#kept(
      new sdk.ECSClient({ maxAttempts: 1, ...structuredClone(this.#config) }),
    );
    return { sdk, reads, writes };
  }

  async #openLogs(region: string | undefined): Promise<OpenedLogs> {
    const sdk = await import("@aws-sdk/client-cloudwatch-logs");
    const config = serviceConfig(this.#config);
    const there = region === undefined ? config : { ...config, region };
    return { sdk, client: this.#kept(new sdk.CloudWatchLogsClient(there)) };
  }

  async #openSts(): Promise<OpenedSts> {
    const sdk = await import("@aws-sdk/client-sts");
    return { sdk, client: this.#kept(new sdk.STSClient(serviceConfig(this.#config))) };
  }

  async #openIam(): Promise<OpenedIam> {
    const sdk = await import("@aws-sdk/client-iam");
    return { sdk, client: this.#kept(new sdk.IAMClient(serviceConfig(this.#config))) };
  }

  /** Remembers a client to close it; at once, where it was opened too late. */
  #kept<T extends { destroy(): void }>(client: T): T {
    if (this.#closed) client.destroy();
    else this.#opened.push(client);
    return client;
  }

  async #readScope(): Promise<string> {
    const { reads } = await this.ecs();
    const region = await reads.config.region();
    const { accountId, accessKeyId, sessionToken } = await reads.config.credentials();
    // A temporary key changes every hour, and from machine to machine, so it tells accounts apart no better than nothing.
    const lasting = sessionToken === undefined || this.#config.credentials !== undefined;
    const account = accountId ?? (lasting ? accessKeyId : "");
    const { endpoint } = this.#config;
    return hashOf({ region, account, endpoint: typeof endpoint === "string" ? endpoint : "" });
  }
}

/** Names a configuration, credentials and all, as a hash; for use within this process only. */
export function configKey(config: ECSClientConfig): string {
  return hashOf(config);
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
