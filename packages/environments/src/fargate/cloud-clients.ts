import { createHash } from "node:crypto";
import type { ECSClient, ECSClientConfig } from "@aws-sdk/client-ecs";
import { canonicalJson } from "@slipway/core";

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

/** The SDK's ECS clients of one configuration: loaded and made when they are first used. */
export class CloudClients {
  readonly #config: ECSClientConfig;
  #opened: Promise<OpenedEcs> | undefined;
  #scope: Promise<string> | undefined;

  constructor(config: ECSClientConfig) {
    this.#config = config;
  }

  /** What to call the endpoint in an error. */
  get endpoint(): string {
    const { endpoint } = this.#config;
    return typeof endpoint === "string" ? new URL(endpoint).origin : "the region's ECS endpoint";
  }

  ecs(): Promise<OpenedEcs> {
    this.#opened ??= open(this.#config);
    return this.#opened;
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
    this.#opened
      ?.then(({ reads, writes }) => {
        reads.destroy();
        writes.destroy();
      })
      .catch(() => undefined);
    this.#opened = undefined;
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

async function open(config: ECSClientConfig): Promise<OpenedEcs> {
  const sdk = await import("@aws-sdk/client-ecs");
  // Copies, since a client writes into the credentials that it is given.
  const reads = new sdk.ECSClient(structuredClone(config));
  const writes = new sdk.ECSClient({ maxAttempts: 1, ...structuredClone(config) });
  return { sdk, reads, writes };
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
