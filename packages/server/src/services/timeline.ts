import type { Timeline } from "@slipway/core";
import { refusal } from "./input.ts";
import { checkObject, isTime, TIME_ACCEPTED } from "./json-input.ts";

const MOST_STEPS = 40;
/** Of the platform and of the process together, so that neither takes the other's room. */
const MOST_STEPS_OF_BOTH = 80;

/** Throws `INVALID_ARGUMENT`. */
export function parseTimeline(path: string, value: unknown): Timeline {
  const steps = Object.entries(checkObject(path, value, "an object of times by step"));
  if (steps.length > MOST_STEPS) throw refusal(path, steps.length, `at most ${MOST_STEPS} steps`);
  const checked = steps.map(([name, time]): [string, string] => {
    if (!/^[A-Za-z]\w{0,63}$/.test(name))
      throw refusal(`${path}.${name.slice(0, 100)}`, name, "a step's name, like startedAt");
    if (!isTime(time)) throw refusal(`${path}.${name}`, time, TIME_ACCEPTED);
    return [name, time];
  });
  return Object.fromEntries(checked);
}

/** What the agent saw is added, and corrects what was known. Throws `INVALID_ARGUMENT`. */
export function withSeen(path: string, known: Timeline, seen: Timeline): Timeline {
  return bounded(path, { ...known, ...seen }, MOST_STEPS_OF_BOTH);
}

/** What the process says is added, and changes nothing that is known. Throws `INVALID_ARGUMENT`. */
export function withReported(path: string, known: Timeline, reported: Timeline): Timeline {
  return bounded(path, { ...reported, ...known }, MOST_STEPS);
}

function bounded(path: string, steps: Timeline, most: number): Timeline {
  const count = Object.keys(steps).length;
  if (count <= most) return steps;
  throw refusal(path, count, `at most ${most} steps with those that are recorded`);
}
