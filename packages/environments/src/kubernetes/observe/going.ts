import { exitWords } from "../../exit-words.ts";
import { diagnoseEnd, diagnosisOf } from "../diagnose/diagnose.ts";
import { jobFailure, podCondition } from "./conditions.ts";
import { type Decision, stopped } from "./decision.ts";
import { endedAt } from "./ended.ts";
import { silenceOf } from "./silent-node.ts";
import type { Start } from "./starts.ts";
import { secondsSince, type View } from "./view.ts";
import { waitOf } from "./waiting.ts";

/** The kubelet's longest back-off has 5 minutes. */
const MOST_CRASH_WAIT_MS = 600_000;

/** Where the newest start goes on, or has yet to begin. */
export function going(view: View): Decision {
  const { start } = view;
  return (
    (start === undefined ? undefined : onSilentNode(view, start)) ??
    failing(view) ??
    (start === undefined ? undefined : running(view, start)) ??
    waiting(view)
  );
}

function onSilentNode(view: View, start: Start): Decision | undefined {
  const silence = silenceOf(start, view.context.now);
  if (silence === undefined) return undefined;
  const since = secondsSince(view, silence.since);
  if (silence.isLost) {
    if (start.end !== undefined) return stopped(diagnoseEnd(view, start), true);
    const words = `no word from it for ${since}`;
    return stopped(diagnosisOf(view, start, "NodeLost", [words]), true);
  }
  return { status: statusOf(start), message: `its node has not answered for ${since}` };
}

/** The Job has failed for another reason than the end of its pod, and Kubernetes ends the pod now. */
function failing({ job, start }: View): Decision | undefined {
  const failure = jobFailure(job);
  if (failure === undefined) return undefined;
  const message = `Kubernetes ends it: ${failure.reason}: ${failure.message ?? ""}`;
  return { status: statusOf(start), message };
}

function running(view: View, start: Start): Decision | undefined {
  if (start.end !== undefined) return betweenStarts(view, start);
  if (start.container?.state.running === undefined) return undefined;
  if (start.pod.deletionTimestamp === undefined) return { status: "running" };
  const reason = podCondition(start.pod, "DisruptionTarget")?.reason;
  const why = reason === undefined ? "" : `: ${reason}`;
  return { status: "running", message: `its pod is being deleted${why}` };
}

function betweenStarts(view: View, start: Start): Decision {
  const words = `containers[0] ${exitWords(start.end?.exitCode, { explained: false, killed: "" })}`;
  if (view.context.now - endedAt(start) >= MOST_CRASH_WAIT_MS) {
    return stopped(diagnosisOf(view, start, "CrashLoop", [words]), true);
  }
  return { status: "running", message: `${words}, and is started again` };
}

function waiting(view: View): Decision {
  const { message, hopeless } = waitOf(view);
  if (hopeless === undefined) return { status: "starting", message };
  return stopped(diagnosisOf(view, view.start, hopeless, [message]), true);
}

function statusOf(start: Start | undefined): "starting" | "running" {
  return start?.container?.state.running === undefined ? "starting" : "running";
}
