import { type EventList, eventBytes, type LogEvent } from "./log-event.ts";

const MAX_EVENTS = 10_000;
const MAX_BYTES = 1024 * 1024;
const TOKEN = /^(?<direction>[fb])\/(?<position>\d{56})\/s$/;
const TOKEN_DIGITS = 56;

/** Where reading goes on: forwards from an event on, or backwards from before it. */
export interface Place {
  readonly direction: "forward" | "backward";
  readonly position: number;
}

export interface PageRequest {
  readonly place: Place;
  /** Inclusive. */
  readonly startTime?: number | undefined;
  /** Exclusive. */
  readonly endTime?: number | undefined;
  readonly limit?: number | undefined;
}

/** Events in the order of their time, and where the pages before and after them begin. */
export interface EventPage {
  readonly events: readonly LogEvent[];
  readonly forward: number;
  readonly backward: number;
}

/** One page of a stream, as GetLogEvents cuts it: by number, by size, and by time. */
export function pageOfEvents(list: EventList, request: PageRequest): EventPage {
  return request.place.direction === "forward"
    ? readForward(list, request)
    : readBackward(list, request);
}

function readForward(list: EventList, request: PageRequest): EventPage {
  const start = Math.max(request.place.position, list.first);
  const page = new Page(request);
  let next = start;
  while (next < list.end && page.take(list.at(next))) next += 1;
  const forward = Math.max(next, request.place.position);
  return { events: page.events, forward, backward: Math.min(start, forward) };
}

function readBackward(list: EventList, request: PageRequest): EventPage {
  const end = Math.min(request.place.position, list.end);
  const page = new Page(request);
  let next = end - 1;
  while (next >= list.first && page.take(list.at(next))) next -= 1;
  return { events: page.events.reverse(), forward: end, backward: Math.min(next + 1, end) };
}

/** Takes events until it is full; what lies outside the asked time is passed over. */
class Page {
  readonly events: LogEvent[] = [];
  readonly #request: PageRequest;
  #bytes = 0;

  constructor(request: PageRequest) {
    this.#request = request;
  }

  /** False where the event has no room. */
  take(event: LogEvent): boolean {
    const { startTime = 0, endTime = Number.POSITIVE_INFINITY, limit = MAX_EVENTS } = this.#request;
    if (event.timestamp < startTime || event.timestamp >= endTime) return true;
    const bytes = this.#bytes + eventBytes(event);
    if (this.events.length >= limit) return false;
    if (bytes > MAX_BYTES && this.events.length > 0) return false;
    this.#bytes = bytes;
    this.events.push(event);
    return true;
  }
}

export function formatToken({ direction, position }: Place): string {
  return `${direction === "forward" ? "f" : "b"}/${String(position).padStart(TOKEN_DIGITS, "0")}/s`;
}

/** Undefined for what is no token. */
export function parseToken(token: string): Place | undefined {
  const { direction, position } = TOKEN.exec(token)?.groups ?? {};
  if (position === undefined) return undefined;
  return {
    direction: direction === "f" ? "forward" : "backward",
    position: Number(position),
  };
}
