import type { Json, JsonObject } from "@slipway/core";
import { objectsOf } from "../../plain-read.ts";
import type { JobSight, SeenContainer, SeenEvent, SeenJob, SeenPod } from "../sight.ts";
import { type Placed, placesOf } from "./places.ts";

/** The server takes 16 KB; the launcher's scrubber may make words longer. */
const MOST_BYTES = 12_000;
const MOST_CONTAINERS = 20;
const MOST_EVENTS = 30;

type Words = (words: string) => string;

/** The raw facts behind a diagnosis, before the cluster forgets them. */
export function evidenceOf(sight: JobSight, pod: SeenPod | undefined, words: Words): JsonObject {
  const events = sight.events
    .filter(({ involvedUid }) => involvedUid === sight.job?.uid || involvedUid === pod?.uid)
    .slice(-MOST_EVENTS)
    .map((event) => eventFacts(event, words));
  const facts: JsonObject = {
    ...(sight.job === undefined ? {} : jobFacts(sight.job, words)),
    ...(pod === undefined ? {} : podFacts(pod, words)),
  };
  return fitting(facts, events);
}

/** Leaves out the oldest events, then the last containers, where all together are too long. */
function fitting(facts: JsonObject, events: readonly JsonObject[]): JsonObject {
  const evidence = { ...facts, events };
  const containers = objectsOf(facts["containers"]);
  if (bytesOf(evidence) <= MOST_BYTES) return evidence;
  if (events.length > 0) return fitting(facts, events.slice(1));
  if (containers.length <= 1) return evidence;
  return fitting({ ...facts, containers: containers.slice(0, -1) }, events);
}

function bytesOf(value: Json): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

function jobFacts({ conditions, failed, backoffLimit }: SeenJob, words: Words): JsonObject {
  return {
    jobConditions: conditions.map((condition) => conditionFacts(condition, words)),
    failedPods: failed,
    backoffLimit,
  };
}

function podFacts(pod: SeenPod, words: Words): JsonObject {
  const { phase, reason, message, conditions } = pod;
  return {
    podPhase: phase,
    ...known({ podReason: reason, podMessage: said(message, words) }),
    podConditions: conditions.map((condition) => conditionFacts(condition, words)),
    containers: placesOf(pod)
      .slice(0, MOST_CONTAINERS)
      .map((placed) => containerFacts(placed, words)),
  };
}

type Condition = SeenJob["conditions"][number] | SeenPod["conditions"][number];

function conditionFacts(condition: Condition, words: Words): JsonObject {
  const { type, status, reason, message, lastTransitionTime } = condition;
  return {
    type,
    status,
    ...known({ reason, message: said(message, words), at: lastTransitionTime }),
  };
}

function containerFacts({ place, container }: Placed, words: Words): JsonObject {
  const { state, lastState, restartCount, memoryLimit } = container;
  const now = stateFacts(state, words);
  const last = stateFacts(lastState, words);
  return {
    place,
    ...now,
    restartCount,
    ...known({ memoryLimit, lastState: Object.keys(last).length > 0 ? last : undefined }),
  };
}

function stateFacts(state: SeenContainer["state"], words: Words): JsonObject {
  const { waiting, running, terminated } = state;
  return known({
    waits: waiting === undefined ? undefined : true,
    startedAt: running?.startedAt ?? terminated?.startedAt,
    finishedAt: terminated?.finishedAt,
    exitCode: terminated?.exitCode,
    signal: terminated?.signal,
    reason: waiting?.reason ?? terminated?.reason,
    message: said(waiting?.message ?? terminated?.message, words),
  });
}

function eventFacts({ involvedKind, type, reason, message, count, at }: SeenEvent, words: Words) {
  return { of: involvedKind, type, reason, message: words(message), count, at };
}

function said(message: string | undefined, words: Words): string | undefined {
  return message === undefined || message === "" ? undefined : words(message);
}

function known(facts: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
