import type { JobSight, SeenEvent, SeenJob, SeenPod } from "../sight.ts";
import type { JudgeContext } from "../verdict.ts";
import { type Start, startsOf } from "./starts.ts";

/** A sight as the parts of the judge look at it. */
export interface View {
  readonly sight: JobSight;
  readonly context: JudgeContext;
  readonly job: SeenJob | undefined;
  /** The attempt's own starts, oldest first: those that no earlier attempt has. */
  readonly starts: readonly Start[];
  /** The newest of them. */
  readonly start: Start | undefined;
}

export function viewOf(sight: JobSight, context: JudgeContext): View {
  const starts = startsOf(sight).filter(({ key }) => !context.startsBefore.includes(key));
  return { sight, context, job: sight.job, starts, start: starts.at(-1) };
}

/** Of one object, oldest first. */
export function eventsOf({ sight }: View, of: SeenJob | SeenPod | undefined): readonly SeenEvent[] {
  return of === undefined ? [] : sight.events.filter(({ involvedUid }) => involvedUid === of.uid);
}

/** A span of time as a person reads it. */
export function secondsSince({ context }: View, time: number): string {
  return `${Math.max(0, Math.round((context.now - time) / 1_000))} s`;
}
