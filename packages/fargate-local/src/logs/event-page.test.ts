import { describe, expect, it } from "vitest";
import { formatToken, type PageRequest, pageOfEvents, parseToken } from "./event-page.ts";
import type { EventList } from "./log-event.ts";

/** Events 3, 4, … with the times 30, 40, …, as a stream has them whose oldest ones are gone. */
const list = (end: number, message = "m"): EventList => ({
  first: 3,
  end,
  at: (ordinal) => ({ timestamp: ordinal * 10, message: `${message}${ordinal}` }),
});

const times = (events: EventList, request: PageRequest) => {
  const page = pageOfEvents(events, request);
  return { ...page, events: page.events.map(({ timestamp }) => timestamp) };
};
const forward = (position: number) => ({ direction: "forward", position }) as const;
const backward = (position: number) => ({ direction: "backward", position }) as const;

describe("pageOfEvents", () => {
  it("reads forwards from the head, page after page, and stays at the end until more comes", () => {
    const limit = 2;
    expect(times(list(8), { place: forward(0), limit })).toEqual({
      events: [30, 40],
      forward: 5,
      backward: 3,
    });
    expect(times(list(8), { place: forward(7), limit })).toMatchObject({
      events: [70],
      forward: 8,
    });
    expect(times(list(8), { place: forward(8), limit })).toMatchObject({ events: [], forward: 8 });
    expect(times(list(9), { place: forward(8), limit })).toMatchObject({
      events: [80],
      forward: 9,
    });
  });

  it("reads the newest first when it reads backwards, each page in the order of time", () => {
    const newest = times(list(8), { place: backward(Number.MAX_SAFE_INTEGER), limit: 3 });
    expect(newest).toEqual({ events: [50, 60, 70], forward: 8, backward: 5 });
    const before = times(list(8), { place: backward(5), limit: 3 });
    expect(before).toEqual({ events: [30, 40], forward: 5, backward: 3 });
    expect(times(list(8), { place: backward(3), limit: 3 })).toMatchObject({
      events: [],
      backward: 3,
    });
  });

  it("keeps to the time that is asked for: from the start on, up to but not at the end", () => {
    const request = { startTime: 40, endTime: 60 };
    expect(times(list(9), { place: forward(0), ...request })).toMatchObject({
      events: [40, 50],
      forward: 9,
    });
    expect(times(list(9), { place: backward(99), ...request, limit: 1 }).events).toEqual([50]);
  });

  it("fills a page up to 1 MiB, and takes a larger event alone", () => {
    const big = "x".repeat(400_000);
    expect(pageOfEvents(list(9, big), { place: forward(0) })).toMatchObject({ forward: 5 });
    const huge = "x".repeat(2_000_000);
    expect(pageOfEvents(list(9, huge), { place: forward(0) })).toMatchObject({ forward: 4 });
  });

  it("is given by tokens of one length, and refuses another text", () => {
    const token = formatToken(forward(12));
    expect(token).toMatch(/^f\/\d{56}\/s$/);
    expect(parseToken(token)).toEqual(forward(12));
    expect(parseToken(formatToken(backward(3)))).toEqual(backward(3));
    expect(parseToken("f/12/s")).toBeUndefined();
  });
});
