import type { Diagnosis, Json, JsonObject } from "@slipway/core";
import { exitWords } from "../exit-words.ts";
import type { Cause } from "./causes.ts";
import { DIAGNOSIS_RULES, type DiagnosisRule } from "./diagnosis-rules.ts";
import { type ContainerRoles, reasonsOf, type StoppedTask, stopFactsOf } from "./stopped-task.ts";

/** The longest of AWS's words that are kept, and the most containers (a task has at most ten). */
const LONGEST = 1_000;
const MOST_CONTAINERS = 10;

const KILLED = "it was killed: possibly for its memory, though ECS does not say so";

const UNKNOWN: Omit<DiagnosisRule, "applies"> = {
  cause: "Unknown",
  means: "The task stopped",
  next: "AWS gave no reason; the task's page in the ECS console may say more",
};

/**
 * Why a stopped task stopped: what it means, AWS's own words, and what to do. Never says that the run succeeded:
 * that is the run's own to report.
 */
export function diagnose(
  task: StoppedTask,
  roles: ContainerRoles = {},
  scrub: (words: string) => string = (words) => words,
): Diagnosis {
  const facts = stopFactsOf(task, roles);
  const { cause, means, next } = DIAGNOSIS_RULES.find(({ applies }) => applies(facts)) ?? UNKNOWN;
  const words = [...containerWords(task, cause, roles), ...reasonsOf(task).map(cut)];
  const said = [means, ...words.map(scrub)];
  if (cause !== "EssentialContainerExited" || !endedWell(task, roles)) said.push(next);
  return { cause, message: said.join("; "), evidence: evidenceOf(task, facts.sidecar) };
}

/** There is nothing to do about a flow's container that ended as it should, however its sidecars were stopped. */
function endedWell({ containers = [] }: StoppedTask, { flowContainer }: ContainerRoles): boolean {
  const flow = containers.find(({ name }) => name === flowContainer) ?? containers[0];
  return flow?.exitCode === 0;
}

/** A task that ECS no longer knows, or never knew. */
export function lostTask(id: string, reason: string): Diagnosis {
  return {
    cause: "Lost" satisfies Cause,
    message: `ECS does not know the task ${id} any more (${reason}): it ended over an hour ago, or its cluster is gone`,
    evidence: { reason },
  };
}

function containerWords(
  { containers = [] }: StoppedTask,
  cause: Cause,
  { flowContainer }: ContainerRoles,
): readonly string[] {
  const alone = containers.length === 1;
  return containers.slice(0, MOST_CONTAINERS).map(({ name = "?", exitCode }) => {
    const isFlow = alone || name === flowContainer;
    // A cause that is known needs no guesses beside it.
    const explained = isFlow && cause === "EssentialContainerExited";
    return `container ${name} ${exitWords(exitCode, { explained, killed: KILLED })}`;
  });
}

function evidenceOf(task: StoppedTask, sidecar: string | undefined): JsonObject {
  const { stopCode, stoppedReason, containers = [] } = task;
  return {
    stopCode: stopCode ?? null,
    stoppedReason: stoppedReason === undefined ? null : cut(stoppedReason),
    containers: containers.slice(0, MOST_CONTAINERS).map(
      ({ name, exitCode, reason }): Json => ({
        name: name ?? null,
        exitCode: exitCode ?? null,
        reason: reason === undefined ? null : cut(reason),
      }),
    ),
    ...(sidecar === undefined ? {} : { endedFirst: sidecar }),
  };
}

function cut(words: string): string {
  return words.length <= LONGEST ? words : `${words.slice(0, LONGEST - 1)}…`;
}
