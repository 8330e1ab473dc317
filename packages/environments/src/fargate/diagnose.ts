import type { Task } from "@aws-sdk/client-ecs";
import type { Diagnosis, Json, JsonObject } from "@slipway/core";

/** The part of a task's description that says why it stopped. */
export type StoppedTask = Pick<Task, "stopCode" | "stoppedReason" | "containers" | "lastStatus">;

interface Facts {
  readonly stopCode: string;
  /** The task's and the containers' reasons, one a line. */
  readonly reasons: string;
  readonly exited: boolean;
}

interface Rule {
  readonly cause: string;
  readonly applies: (facts: Facts) => boolean;
  /** What it means, before AWS's own words. */
  readonly means: string;
}

const says = (pattern: RegExp) => (facts: Facts) => pattern.test(facts.reasons);
const stopCodeIs = (code: string) => (facts: Facts) => facts.stopCode === code;

/** Causes from the most telling to the least; the first that applies is taken. AWS leaves out `stopCode` at times. */
const RULES: readonly Rule[] = [
  {
    cause: "SpotInterruption",
    applies: (facts) =>
      facts.stopCode === "SpotInterruption" ||
      /Your Spot Task was interrupted/i.test(facts.reasons),
    means: "AWS took the Spot capacity back",
  },
  {
    cause: "OutOfMemory",
    applies: says(/OutOfMemory|memory usage/i),
    means: "A container needed more memory than it has; give the task more `memory`",
  },
  {
    cause: "ImagePull",
    applies: says(/CannotPull|pull image|pull access denied|manifest unknown|ImagePull/i),
    means: "The flow's image could not be pulled",
  },
  {
    cause: "SecretUnavailable",
    applies: says(/ResourceInitializationError.*(secret|ssm|registry auth)/i),
    means: "A secret or the registry's credentials could not be fetched",
  },
  {
    cause: "NetworkInterface",
    applies: says(/network interface|\bENI\b/i),
    means: "The task got no network interface",
  },
  {
    cause: "DiskFull",
    applies: says(/no space left on device/i),
    means: "The task's disk is full; give it more `ephemeralStorage`",
  },
  {
    cause: "UserInitiated",
    applies: stopCodeIs("UserInitiated"),
    means: "Somebody stopped the task",
  },
  {
    cause: "TaskFailedToStart",
    applies: (facts) =>
      facts.stopCode === "TaskFailedToStart" ||
      /ResourceInitializationError|CannotStartContainer|CannotCreateContainer/.test(facts.reasons),
    means: "The task could not be started",
  },
  {
    cause: "EssentialContainerExited",
    applies: (facts) =>
      facts.stopCode === "EssentialContainerExited" ||
      /Essential container in task exited/i.test(facts.reasons) ||
      (facts.stopCode === "" && facts.exited),
    means: "The container ended",
  },
  {
    cause: "InfrastructureHealth",
    applies: stopCodeIs("InfrastructureHealth"),
    means: "The machine below the task failed",
  },
  {
    cause: "TerminationNotice",
    applies: stopCodeIs("TerminationNotice"),
    means: "AWS retired the machine below the task",
  },
  {
    cause: "ServiceSchedulerInitiated",
    applies: stopCodeIs("ServiceSchedulerInitiated"),
    means: "An ECS service's scheduler stopped the task",
  },
];

const UNKNOWN = { cause: "Unknown", means: "The task stopped" };

/** Why a stopped task stopped. Never says that the run succeeded: that is the run's own to report. */
export function diagnose(task: StoppedTask): Diagnosis {
  const containers = task.containers ?? [];
  const facts: Facts = {
    stopCode: task.stopCode ?? "",
    reasons: [task.stoppedReason, ...containers.map(({ reason }) => reason)]
      .filter((reason) => reason !== undefined && reason !== "")
      .join("\n"),
    exited: containers.some(({ exitCode }) => typeof exitCode === "number"),
  };
  const { cause, means } = RULES.find((rule) => rule.applies(facts)) ?? UNKNOWN;
  return { cause, message: messageOf(means, facts, containers), evidence: evidenceOf(task) };
}

/** A task that ECS no longer knows, or never knew. */
export function lostTask(id: string, reason: string): Diagnosis {
  return {
    cause: "Lost",
    message: `ECS does not know the task ${id} any more (${reason}): it ended over an hour ago, or its cluster is gone`,
    evidence: { reason },
  };
}

function messageOf(
  means: string,
  facts: Facts,
  containers: NonNullable<Task["containers"]>,
): string {
  const codes = containers.map(
    ({ name = "?", exitCode }) =>
      `container ${name} ${typeof exitCode === "number" ? `exited with code ${exitCode}` : "gave no exit code"}`,
  );
  const words = facts.reasons.split("\n").filter((line) => line !== "");
  return [means, ...codes, ...new Set(words)].join("; ");
}

function evidenceOf(task: StoppedTask): JsonObject {
  const { stopCode, stoppedReason, containers = [] } = task;
  return {
    stopCode: stopCode ?? null,
    stoppedReason: stoppedReason ?? null,
    containers: containers.map(
      ({ name, exitCode, reason }): Json => ({
        name: name ?? null,
        exitCode: exitCode ?? null,
        reason: reason ?? null,
      }),
    ),
  };
}
