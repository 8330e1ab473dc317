import { describe, expect, it } from "vitest";
import { EventQueue } from "./event-queue.ts";
import { logEvent, type RunEvent } from "./run-event.ts";

const timestamp = "2026-01-01T00:00:00.000Z";
const running: RunEvent = { flowRunState: { type: "Running", timestamp } };
const log = (message: string) => logEvent({ timestamp, level: "info", message });

describe("EventQueue", () => {
  it("gives batches in order, bounded by count, and counts the sequence on", () => {
    const queue = new EventQueue({ batchEvents: 2, batchBytes: 1e6, waiting: 100 });
    for (const message of ["a", "b", "c"]) queue.push(log(message));
    expect(queue.batch()).toEqual([log("a"), log("b")]);
    queue.recorded(2, timestamp);
    expect([queue.firstSequence, queue.batch()]).toEqual([2, [log("c")]]);
  });

  it("bounds a batch by bytes, but never to nothing", () => {
    const queue = new EventQueue({ batchEvents: 10, batchBytes: 150, waiting: 100 });
    queue.push(log("x".repeat(500)));
    queue.push(log("small"));
    expect(queue.batch()).toHaveLength(1);
    queue.recorded(1, timestamp);
    expect(queue.batch()).toEqual([log("small")]);
  });

  it("drops logs beyond the bound, never states, and says how many", () => {
    const queue = new EventQueue({ batchEvents: 10, batchBytes: 1e6, waiting: 2 });
    for (const message of ["a", "b", "c", "d"]) queue.push(log(message));
    queue.push(running);
    expect(queue.batch()).toEqual([log("a"), log("b"), running]);
    queue.recorded(3, timestamp);
    expect(queue.batch()).toEqual([
      { log: expect.objectContaining({ message: expect.stringMatching(/^2 log records were/) }) },
    ]);
  });

  it("cuts a message that would fill a request", () => {
    const event = log("x".repeat(1_000_000));
    expect(JSON.stringify(event).length).toBeLessThan(66_000);
    expect(JSON.stringify(event)).toContain("cut: 1000000 characters");
  });
});
