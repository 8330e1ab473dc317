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
  return { ...told(view, decide(view)), timeline: timelineOf(view) };
}

function decide(view: View): Decision {
  return departed(view) ?? startedOver(view) ?? ended(view) ?? going(view);
}

function told(view: View, decision: Decision): Decision {
  if (decision.status === "stopped" || decision.message === undefined) return decision;
  return { ...decision, message: withoutNames(view.sight)(decision.message) };
}
