import type { Timeline } from "./environment.ts";

/** One stretch of an attempt's life. */
export interface Span {
  /** What happened in it, for example `image pull`. */
  readonly name: string;
  readonly startAt: string;
  readonly endAt: string;
  readonly milliseconds: number;
}

/** What ends at each step, in the order in which an attempt goes through them. */
const ENDS: Readonly<Record<string, string>> = {
  dueAt: "due",
  claimedAt: "wait for an agent",
  createdAt: "launch",
  jobCreatedAt: "launch",
  podCreatedAt: "pod creation",
  scheduledAt: "wait for a node",
  connectivityAt: "network interface",
  pullStartedAt: "preparation",
  pullStoppedAt: "image pull",
  initializedAt: "init containers",
  processStartedAt: "container start",
  startedAt: "container start",
  bootedAt: "runtime boot",
  checkedInAt: "check-in",
  importedAt: "flow import",
  firstTaskAt: "wait for the first task",
  finishedAt: "until it stopped",
  stoppingAt: "until it stopped",
  executionStoppedAt: "stop",
  stoppedAt: "clean-up",
};

/** What ends the process, as far as the platform tells: ECS says when it began to stop, Kubernetes when it had. */
const ENDS_OF_RUN = new Set(["stoppingAt", "finishedAt"]);

/**
 * The waterfall of an attempt: each stretch lasts from one step to the next in time, and is named after what
 * the later one ends. The clocks of platform and container differ, so steps are ordered by time alone.
 */
export function spansOf(timeline: Timeline): readonly Span[] {
  const order = Object.keys(ENDS);
  const steps = Object.entries(timeline)
    .filter(([step, at]) => Object.hasOwn(ENDS, step) && !Number.isNaN(Date.parse(at)))
    .sort(
      ([a, atA], [b, atB]) =>
        Date.parse(atA) - Date.parse(atB) || order.indexOf(a) - order.indexOf(b),
    );
  return steps.slice(1).map(([step, endAt], index) => {
    const startAt = steps[index]?.[1] ?? endAt;
    const milliseconds = Date.parse(endAt) - Date.parse(startAt);
    const before = new Set(steps.slice(0, index + 1).map(([earlier]) => earlier));
    return { name: nameOf(step, before), startAt, endAt, milliseconds };
  });
}

/** Platform and process both tell of the start, the one after the other; nothing ran before the process was there. */
function nameOf(step: string, before: ReadonlySet<string>): string {
  if (step === "startedAt" && before.has("processStartedAt")) return "word of the start";
  if (step === "processStartedAt" && before.has("startedAt")) return "process start";
  if (ENDS_OF_RUN.has(step) && before.has("processStartedAt")) return "run";
  return ENDS[step] ?? step;
}
