import { isTrue, podCondition } from "./conditions.ts";
import { latestOf } from "./times.ts";
import { eventsOf, type View } from "./view.ts";

/** What a pod reaches on its way, each once. */
const STEPS = ["PodScheduled", "PodReadyToStartContainers", "Initialized"];
/** Events of somebody's work for it. */
const WORK = ["TriggeredScaleUp", "Nominated", "SuccessfulAttachVolume", "Resumed"];

/**
 * When the newest start last came a step forward. It is read from what the API keeps, so that an agent that was
 * restarted counts on from the same moment.
 */
export function lastProgress(view: View): number {
  const { job, start, sight } = view;
  const resumed = job?.conditions.find(
    ({ type, status }) => type === "Suspended" && !isTrue({ status }),
  );
  const ended = [...(sight.gone ?? []), ...sight.pods].flatMap(({ containers }) =>
    containers.map(
      ({ state, lastState }) => (state.terminated ?? lastState.terminated)?.finishedAt,
    ),
  );
  return latestOf([
    job?.creationTimestamp,
    job?.startTime,
    resumed?.lastTransitionTime,
    ...ended,
    ...stepsOf(view),
    ...workOf(view),
    ...(start?.pod.initContainers.flatMap(initTimes) ?? []),
  ]);
}

function stepsOf({ start }: View): readonly (string | undefined)[] {
  if (start === undefined) return [];
  const reached = STEPS.map((type) => podCondition(start.pod, type)).filter(isTrue);
  return [start.pod.creationTimestamp, ...reached.map((step) => step?.lastTransitionTime)];
}

/** A container that cannot be created has its image pulled again and again: that is no progress. */
function workOf(view: View): readonly string[] {
  const { job, start } = view;
  const failing = /Error$/.test(start?.container?.state.waiting?.reason ?? "");
  return [...eventsOf(view, job), ...eventsOf(view, start?.pod)]
    .filter(
      ({ reason, message }) =>
        WORK.includes(reason) || (!failing && reason === "Pulled" && /^Successfully/.test(message)),
    )
    .map(({ at }) => at);
}

function initTimes({ state, lastState }: View["sight"]["pods"][number]["initContainers"][number]) {
  return [state.running?.startedAt, state.terminated?.finishedAt, lastState.terminated?.finishedAt];
}
