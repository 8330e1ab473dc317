import type { Cause } from "../causes.ts";
import type { Placed } from "../diagnose/places.ts";
import { neededContainers } from "./image-waits.ts";
import { lastProgress } from "./start-clock.ts";
import type { View } from "./view.ts";
import { MOST_MISSING_MS, type Wait } from "./wait.ts";

/** The kubelet tries again; what failed once may work then. */
const MOST_FAILING_MS = 60_000;
/** How often a sidecar that others wait for may end. */
const MOST_RESTARTS = 3;

/** Where a container cannot be created, or one before the flow's does not get done. */
export function containerWaits(view: View): Wait | undefined {
  for (const placed of neededContainers(view)) {
    const wait = waitOf(view, placed);
    if (wait !== undefined) return wait;
  }
  return undefined;
}

function waitOf(view: View, placed: Placed): Wait | undefined {
  const { place, container } = placed;
  if (place.startsWith("init") && container.state.running !== undefined) {
    return container.restartPolicy === "Always" ? undefined : { message: `waits for ${place}` };
  }
  const { reason = "", message = "" } = container.state.waiting ?? {};
  const words = `${place} cannot be created: ${message || reason}`;
  if (reason === "CreateContainerConfigError") return misconfigured(view, words);
  if (/^(CreateContainerError|RunContainerError|PostStartHookError)$/.test(reason)) {
    return hopelessAfter(view, MOST_FAILING_MS, "ContainerCannotRun", words);
  }
  if (reason === "CrashLoopBackOff" && place.startsWith("init")) return crashLoop(placed);
  return undefined;
}

function misconfigured(view: View, words: string): Wait {
  if (/runAsNonRoot|runAsUser|will run as root/.test(words)) {
    return { message: words, hopeless: "ContainerCannotRun" };
  }
  // Nobody is making the run's own Secret, which was there before the Job.
  const own = view.job !== undefined && words.includes(`secret "${view.job.name}" not found`);
  return hopelessAfter(view, own ? 0 : MOST_MISSING_MS, "ConfigMissing", words);
}

function crashLoop({ place, container }: Placed): Wait {
  const isSidecar = container.restartPolicy === "Always";
  const exitCode = container.lastState.terminated?.exitCode;
  const often = isSidecar && container.restartCount >= MOST_RESTARTS;
  return {
    message: `${place} ended with code ${exitCode ?? "?"}, and is started again`,
    hopeless: often ? "SidecarFailed" : undefined,
    timesOutAs: isSidecar ? "SidecarFailed" : "InitContainerFailed",
  };
}

function hopelessAfter(view: View, most: number, cause: Cause, message: string): Wait {
  const waited = view.context.now - lastProgress(view);
  return { message, hopeless: waited >= most ? cause : undefined, timesOutAs: cause };
}
