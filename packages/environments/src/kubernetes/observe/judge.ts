import { withoutNames } from "../diagnose/words.ts";
import type { JobSight } from "../sight.ts";
import type { JudgeContext, Verdict } from "../verdict.ts";
import type { Decision } from "./decision.ts";
import { departed } from "./departed.ts";
import { ended } from "./ended.ts";
import { going } from "./going.ts";
import { startedOver } from "./started-over.ts";
import { timelineOf } from "./timeline.ts";
import { type View, viewOf } from "./view.ts";

/**
 * What follows from a sight of one attempt. It is read from the sight alone, so that an agent that was restarted comes
 * to the same verdict. The attempt is the newest start of the flow's container that no earlier attempt had.
 */
export function judge(sight: JobSight, context: JudgeContext): Verdict {
  const view = viewOf(sight, context);
  const decision = decide(view);
  if (decision.status === "stopped") {
    const { of = view.start, ...stopped } = decision;
    return { ...stopped, timeline: timelineOf(view, of) };
  }
  const timeline = timelineOf(view, view.start);
  const { status, message } = decision;
  if (message === undefined) return { status, timeline };
  return { status, message: withoutNames(sight)(message), timeline };
}

function decide(view: View): Decision {
  return departed(view) ?? startedOver(view) ?? ended(view) ?? going(view);
}
