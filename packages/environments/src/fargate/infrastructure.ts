import type { Task } from "@aws-sdk/client-ecs";
import type { Infrastructure, JsonObject } from "@slipway/core";
import { idIn } from "./task-poller.ts";

const KIND = "EcsTask";

/**
 * What is recorded of a launched task: numbers and times, no argument of the environment. When it was launched is
 * told by this machine's clock, which later looks go by.
 */
export function infrastructureOf(
  task: Task,
  variant: number,
  launchedAt: Date = new Date(),
): Infrastructure {
  const { taskArn = "", taskDefinitionArn = "" } = task;
  const revision = /:(\d+)$/.exec(taskDefinitionArn)?.[1];
  return {
    kind: KIND,
    id: idIn(taskArn),
    details: {
      ...(revision === undefined ? {} : { revision: Number(revision) }),
      ...(variant === 0 ? {} : { variant }),
      launchedAt: launchedAt.toISOString(),
    },
  };
}

/** Stands for a launch that is about to be: with it, RunTask names the revision. */
export function toBeLaunched(revision: number | undefined): Infrastructure {
  return { kind: KIND, id: "", details: revision === undefined ? {} : { revision } };
}

/** Which of the author's ways to launch it was launched in. */
export function variantOf({ variant }: JsonObject): number {
  return typeof variant === "number" ? variant : 0;
}
