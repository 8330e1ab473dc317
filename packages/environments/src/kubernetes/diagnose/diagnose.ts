import type { Diagnosis } from "@slipway/core";
import { exitWords } from "../../exit-words.ts";
import type { Cause } from "../causes.ts";
import { isTrue, jobFailure, podCondition } from "../observe/conditions.ts";
import type { Start } from "../observe/starts.ts";
import { eventsOf, type View } from "../observe/view.ts";
import { endFactsOf } from "./end-facts.ts";
import { causeOfEnd } from "./end-rules.ts";
import { evidenceOf } from "./evidence.ts";
import { MEANINGS } from "./meanings.ts";
import { withoutNames } from "./words.ts";

const KILLED = "it was killed, though not for its memory limit";

/** Why a start of the flow's container ended that is over. Never says that the run succeeded: that is the run's own to report. */
export function diagnoseEnd(view: View, start: Start): Diagnosis {
  const facts = endFactsOf(view, start);
  const cause = causeOfEnd(facts);
  return diagnosisOf(view, start, cause, [
    ...flowWords(start, cause),
    ...initWords(facts.failedInit),
    ...clusterWords(view, start),
  ]);
}

/** A diagnosis whose cause is known, in the platform's words. */
export function diagnosisOf(
  view: View,
  start: Start | undefined,
  cause: Cause,
  words: readonly string[],
): Diagnosis {
  const clean = withoutNames(view.sight);
  const { means, next } = MEANINGS[cause];
  const said = [means, ...new Set(words.map(clean))];
  if (!endedWell(cause, start)) said.push(next);
  const message = said.map((part) => part.replace(/[.\s]+$/, "")).join("; ");
  return { cause, message, evidence: evidenceOf(view.sight, start?.pod, clean) };
}

/** There is nothing to do about a flow's container that ended as it should. */
function endedWell(cause: Cause, start: Start | undefined): boolean {
  return cause === "EssentialContainerExited" && start?.end?.exitCode === 0;
}

function flowWords({ end }: Start, cause: Cause): readonly string[] {
  if (end === undefined) return [];
  const explained = cause === "EssentialContainerExited" || cause === "CrashLoop";
  const exit = `containers[0] ${exitWords(end.exitCode, { explained, killed: KILLED })}`;
  // `Error` and `Completed` say no more than the exit code.
  const reason = /^(Error|Completed)?$/.test(end.reason ?? "") ? [] : [`${end.reason}`];
  return [exit, ...reason, ...(end.message ? [end.message] : [])];
}

function initWords(failed: ReturnType<typeof endFactsOf>["failedInit"]): readonly string[] {
  if (failed === undefined) return [];
  const { state, lastState } = failed.container;
  const end = state.terminated ?? lastState.terminated;
  const words = exitWords(end?.exitCode, { explained: true, killed: KILLED });
  return [`${failed.place} ${words}`, ...(end?.reason === "OOMKilled" ? [end.reason] : [])];
}

/** What the Job's controller, the scheduler and the kubelet said, each once. */
function clusterWords(view: View, { pod }: Start): readonly string[] {
  const disruption = podCondition(pod, "DisruptionTarget");
  const failure = jobFailure(view.job);
  return [
    pod.reason === undefined ? undefined : `${pod.reason}: ${pod.message ?? ""}`,
    isTrue(disruption) ? `${disruption?.reason}: ${disruption?.message ?? ""}` : undefined,
    failedProbe(view, pod),
    failure === undefined ? undefined : `${failure.reason}: ${failure.message ?? ""}`,
  ].flatMap((words) => words ?? []);
}

/** The kubelet ends a container whose probe fails, and the container's end says nothing of it. */
function failedProbe(view: View, pod: Start["pod"]): string | undefined {
  const events = eventsOf(view, pod);
  const failed = events.findLast(
    ({ reason, message }) => reason === "Unhealthy" && /^(Liveness|Startup) probe/.test(message),
  );
  const isKilled = events.some(({ reason }) => reason === "Killing");
  return failed !== undefined && isKilled ? `${failed.reason}: ${failed.message}` : undefined;
}
