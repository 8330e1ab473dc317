import type { SlipwayClient } from "@slipway/client";
import type { SerializedEnvironment } from "@slipway/core";
import type { Context } from "./context.ts";
import { invalidArgument } from "./invalid-argument.ts";

export interface CollectFlags {
  readonly project: string;
  readonly yes?: true;
  readonly keep?: string;
  readonly ecsEndpoint?: string;
  readonly olderThan?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
}

type OwnFlag = Exclude<keyof CollectFlags, "project" | "yes">;

/** Collects what launches of one type of environment leave behind. */
export interface Collector {
  /** The flags that only this type of environment has. */
  readonly ownFlags: readonly OwnFlag[];
  readonly collect: (subject: CollectSubject) => Promise<number>;
}

export interface CollectSubject {
  readonly context: Context;
  readonly client: SlipwayClient;
  readonly flow: string;
  readonly environment: SerializedEnvironment;
  readonly flags: CollectFlags;
}

const FLAGS: Readonly<Record<OwnFlag, string>> = {
  keep: "--keep",
  ecsEndpoint: "--ecs-endpoint",
  olderThan: "--older-than",
  context: "--context",
  kubeconfig: "--kubeconfig",
};

/** Throws `INVALID_ARGUMENT` where a flag is another type's: it would be passed over in silence. */
export function checkFlags(type: string, { ownFlags }: Collector, flags: CollectFlags): void {
  for (const [name, flag] of Object.entries(FLAGS)) {
    const isOwn = ownFlags.some((own) => own === name);
    if (isOwn || !Object.keys(flags).includes(name)) continue;
    const accepted = ownFlags.map((own) => FLAGS[own]);
    throw invalidArgument(
      `${flag} is not for ${type}, which the flow has; it takes ${accepted.join(", ")}`,
      { path: flag, given: type, accepted },
    );
  }
}
