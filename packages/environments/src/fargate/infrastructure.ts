import type { Task } from "@aws-sdk/client-ecs";
import type { Infrastructure, JsonObject } from "@slipway/core";
import { idIn } from "./task-poller.ts";

const KIND = "EcsTask";

export interface LaunchedAs {
  /** How far the attempt was from the first way that it tried. */
  readonly variant: number;
  /** Which of the author's ways that is: told apart from the other, which the attempts before would have to be known for. */
  readonly way: number;
}

/**
 * What is recorded of a launched task: numbers and times, no argument of the environment. When it was launched is
 * told by this machine's clock, which later looks go by.
 */
export function infrastructureOf(
  task: Task,
  { variant, way }: LaunchedAs,
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
      ...(way === variant ? {} : { way }),
      launchedAt: launchedAt.toISOString(),
    },
  };
}

/** Stands for a launch that is about to be: with it, RunTask names the revision. */
export function toBeLaunched(revision: number | undefined): Infrastructure {
  return { kind: KIND, id: "", details: revision === undefined ? {} : { revision } };
}

/** Which of the author's ways to launch it was launched in. */
export function wayIn({ variant, way }: JsonObject): number {
  if (typeof way === "number") return way;
  return typeof variant === "number" ? variant : 0;
}
