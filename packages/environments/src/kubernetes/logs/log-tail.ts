import type { LaunchPlace } from "../launch/launch-place.ts";
import { startsOf } from "../observe/starts.ts";
import type { JobSight } from "../sight.ts";
import { hasNoLog, logCall, type WantedLog } from "./log-call.ts";
import { parseLine } from "./log-lines.ts";

/** How long to wait for a kubelet, which may be gone with its node. */
const TAIL_MS = 10_000;

/** The last lines of one start of the flow's container, named `uid/restartCount`; none where they are gone. */
export async function readTail(
  { api, namespace }: LaunchPlace,
  sight: JobSight,
  startKey: string | undefined,
  most: number,
): Promise<readonly string[]> {
  const start = startsOf(sight).find(({ key }) => key === startKey);
  const container = start?.container;
  if (start === undefined || container === undefined || !start.isThere) return [];
  const back = container.restartCount - Number(startKey?.split("/")[1]);
  if (back > 1) return [];
  const wanted: WantedLog = {
    namespace,
    pod: start.pod.name,
    container: container.name,
    tailLines: most,
    ...(back === 1 ? { previous: true } : {}),
  };
  const lines: string[] = [];
  try {
    for await (const line of api.lines(logCall(wanted), AbortSignal.timeout(TAIL_MS))) {
      const parsed = parseLine(line);
      if (parsed !== undefined) lines.push(parsed.message);
    }
  } catch (error) {
    if (!hasNoLog(error)) throw error;
  }
  return lines.slice(-most);
}
