import { setTimeout as sleep } from "node:timers/promises";
import { backOffMs } from "../cluster/pace.ts";
import type { LaunchPlace } from "../launch/launch-place.ts";
import type { SeenContainer } from "../sight.ts";
import type { LineTaker } from "./line-taker.ts";
import { logCall, mayNotRead } from "./log-call.ts";
import { parseLine } from "./log-lines.ts";

const AGAIN_MS = 1_000;
/** The last lines are not waited for much longer than that. */
const LONGEST_MS = 5_000;

export interface FollowedContainer {
  readonly place: LaunchPlace;
  readonly pod: string;
  readonly name: string;
  readonly taker: LineTaker;
  /** As it is seen now; undefined where its pod is gone. */
  readonly seen: () => SeenContainer | undefined;
  readonly signal: AbortSignal;
}

/**
 * Follows what one start of a container writes, to its end. A stream ends by itself where the log is rotated or a
 * connection is cut, so it is opened again as long as the container runs, and what came in between is read at the end.
 */
export async function followContainer(followed: FollowedContainer): Promise<void> {
  const { seen, signal, taker } = followed;
  const restarts = seen()?.restartCount ?? 0;
  let failures = 0;
  for (;;) {
    const outcome = await read(followed, { follow: true });
    if (outcome === "forbidden" || signal.aborted) break;
    failures = outcome === "failed" ? failures + 1 : 0;
    await sleep(pauseMs(failures), undefined, { signal }).catch(() => undefined);
    const now = seen();
    if (isRunning(now) && now.restartCount === restarts) continue;
    await read(followed, { previous: (now?.restartCount ?? 0) > restarts });
    break;
  }
  await taker.flush();
}

/** Many containers ask the same server, which may be in distress. */
function pauseMs(failures: number): number {
  return Math.max(AGAIN_MS, Math.min(LONGEST_MS, backOffMs(failures, undefined)));
}

function isRunning(container: SeenContainer | undefined): container is SeenContainer {
  return container?.state.running !== undefined;
}

/** Throws what the taker throws. */
async function read(
  { place, pod, name, taker, signal }: FollowedContainer,
  how: { readonly follow?: boolean; readonly previous?: boolean },
): Promise<"ended" | "failed" | "forbidden"> {
  const { api, namespace } = place;
  const { sinceTime } = taker;
  const call = logCall({ namespace, pod, container: name, sinceTime, ...how });
  taker.begin();
  const lines = api.lines(call, signal)[Symbol.asyncIterator]();
  for (;;) {
    const next = await lines.next().catch((error: unknown) => ({ error }));
    if ("error" in next) return mayNotRead(next.error) ? "forbidden" : "failed";
    if (next.done === true) return "ended";
    const line = parseLine(next.value);
    if (line !== undefined) await taker.push(line);
  }
}
