import type { CoreV1Event } from "@kubernetes/client-node";
import type { SeenEvent, Wire } from "../sight.ts";

/** What Slipway reads of an event; undefined where it is of neither a Job nor a pod. */
export function reduceEvent(event: Wire<CoreV1Event>): SeenEvent | undefined {
  const { metadata, involvedObject, series } = event;
  const { kind = "", uid: involvedUid } = involvedObject;
  if (metadata.uid === undefined || involvedUid === undefined) return undefined;
  if (kind !== "Job" && kind !== "Pod") return undefined;
  return {
    uid: metadata.uid,
    involvedKind: kind,
    involvedUid,
    type: event.type ?? "Normal",
    reason: event.reason ?? "",
    message: event.message ?? "",
    at: lastSeen(event),
    count: series?.count ?? event.count ?? 1,
  };
}

/** Those who write events fill in different fields: the scheduler `eventTime`, the kubelet `lastTimestamp`. */
function lastSeen({ metadata, series, lastTimestamp, eventTime }: Wire<CoreV1Event>): string {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "";
}
