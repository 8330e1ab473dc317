import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FargateTaskEnvironment, type FargateTaskEnvironmentOptions } from "@slipway/environments";
import { type FargateLocalOptions, startFargateLocal } from "@slipway/fargate-local";
import { type RecordingProxy, startRecordingProxy } from "@slipway/testing";

export interface LocalEcs {
  readonly folder: string;
  /** Use as endpoint; every call is recorded. */
  readonly proxy: RecordingProxy;
  readonly defaults: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** The inputs that were sent for an operation, oldest first. */
  sent(operation: string): unknown[];
  close(): Promise<void>;
}

export type LocalEcsOptions = Pick<FargateLocalOptions, "script">;

/** Local Fargate behind a proxy that records, with a folder of its own. */
export async function startLocalEcs(options: LocalEcsOptions = {}): Promise<LocalEcs> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-agent-"));
  const fargate = await startFargateLocal({
    port: 0,
    dataDir: join(folder, "fargate"),
    driver: "process",
    ...options,
  });
  const proxy = await startRecordingProxy({ target: fargate.url });
  return {
    folder,
    proxy,
    defaults: {
      endpoint: proxy.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "AKIDLOCAL", secretAccessKey: "local-secret-key" },
    },
    sent: (operation) =>
      proxy.requests
        .filter(({ headers }) => String(headers["x-amz-target"]).endsWith(`.${operation}`))
        .map(({ body }) => JSON.parse(body)),
    close: async () => {
      await proxy.close();
      await fargate.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An environment that local Fargate takes as it takes AWS's rules. */
export function fargateEnvironment(more: FargateTaskEnvironmentOptions = {}) {
  return new FargateTaskEnvironment({
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
    ...more,
  });
}

/** A first container with some variables. */
export function containerWith(variables: Readonly<Record<string, string>>) {
  const environment = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return [{ name: "main", image: "", environment }];
}
