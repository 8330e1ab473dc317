import type { MessageFilter } from "./filter-pattern.ts";
import { eventBytes, type LogEvent } from "./log-event.ts";
import type { LogStream } from "./log-stream.ts";

const MAX_EVENTS = 10_000;
const MAX_BYTES = 1024 * 1024;

/** An event of one of several streams. */
export interface FoundEvent extends LogEvent {
  readonly stream: string;
  readonly ordinal: number;
}

export interface EventFilter {
  readonly matches: MessageFilter;
  /** Both inclusive. */
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
  readonly limit?: number | undefined;
  /** The last event of the page before. */
  readonly after?: Place | undefined;
}

/** Where an event stands among those of all streams. */
export type Place = Pick<FoundEvent, "timestamp" | "stream" | "ordinal">;

/** One page of the events of several streams, by time; `more` where others follow it. */
export async function filterEvents(streams: readonly LogStream[], filter: EventFilter) {
  const found: FoundEvent[] = [];
  // One after the other: a group may have more streams than a process may open files, and each may be large.
  for (const one of streams) for (const event of await findEvents(one, filter)) found.push(event);
  const { after } = filter;
  const rest = found
    .sort(byPlace)
    .filter((event) => after === undefined || byPlace(event, after) > 0);
  const events = firstPage(rest, filter.limit ?? MAX_EVENTS);
  return { events, more: events.length < rest.length };
}

async function findEvents(stream: LogStream, filter: EventFilter): Promise<FoundEvent[]> {
  const { matches, startTime = 0, endTime = Number.POSITIVE_INFINITY } = filter;
  const list = await stream.events();
  const found: FoundEvent[] = [];
  for (let ordinal = list.first; ordinal < list.end; ordinal++) {
    const event = list.at(ordinal);
    if (event.timestamp < startTime || event.timestamp > endTime) continue;
    if (matches(event.message)) found.push({ ...event, stream: stream.name, ordinal });
  }
  return found;
}

function firstPage(events: readonly FoundEvent[], limit: number): FoundEvent[] {
  let bytes = 0;
  const full = events.findIndex((event, index) => {
    bytes += eventBytes(event);
    return index > 0 && bytes > MAX_BYTES;
  });
  return events.slice(0, full === -1 ? limit : Math.min(limit, full));
}

function byPlace(a: Place, b: Place): number {
  if (a.timestamp !== b.timestamp) return a.timestamp - b.timestamp;
  if (a.stream !== b.stream) return a.stream < b.stream ? -1 : 1;
  return a.ordinal - b.ordinal;
}
