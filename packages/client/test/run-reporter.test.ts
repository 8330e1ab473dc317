import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createRunReporter, type RunReporterOptions } from "../src/index.ts";
import { answer, type ReceivedRequest, startApi } from "./fake-api.ts";

const timestamp = "2026-01-01T00:00:00.000Z";
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** An API that records as the server does: events below what it has are passed over. */
async function recordingApi(before?: (response: ServerResponse, count: number) => boolean) {
  const events: unknown[] = [];
  const batches: number[] = [];
  const api = await startApi((request, response) => {
    batches.push(record(events, request));
    if (before?.(response, batches.length)) return;
    answer(response, {
      data: { recordRun: { nextSequence: events.length, cancelRequested: false } },
    });
  });
  closers.push(api.close);
  return { url: api.url, events, batches, api };
}

function record(events: unknown[], { variables }: ReceivedRequest): number {
  // What the reporter sends is checked by the assertions below.
  const input = variables["input"] as { firstSequence: number; events: unknown[] };
  events.push(...input.events.slice(Math.max(0, events.length - input.firstSequence)));
  return input.events.length;
}

function reporter(url: string, options: Partial<RunReporterOptions> = {}) {
  return createRunReporter({ url, runToken: "slr_x", ...options });
}

const messages = (count: number) => Array.from({ length: count }, (_, index) => `message ${index}`);
const log = (message: string) => ({ timestamp, level: "info" as const, message });

describe("a run reporter", () => {
  it("records everything in order, in few requests", async () => {
    const { url, events, batches, api } = await recordingApi();
    const reports = reporter(url);
    reports.flowRunState({ type: "Running", timestamp });
    for (const message of messages(1_200)) reports.log({ ...log(message) });
    reports.taskRunState({ taskSlug: "a", mapIndex: -1 }, { type: "Success", timestamp });
    await reports.close();
    expect(events).toEqual([
      { flowRunState: { type: "Running", timestamp } },
      ...messages(1_200).map((message) => ({ log: log(message) })),
      { taskRunState: { taskSlug: "a", mapIndex: -1, state: { type: "Success", timestamp } } },
    ]);
    expect(batches.length).toBeLessThanOrEqual(4);
    expect(Math.max(...batches)).toBeLessThanOrEqual(500);
    expect(api.requests[0]?.authorization).toBe("Bearer slr_x");
  });

  it("sends without a flush, soon", async () => {
    const { url, events } = await recordingApi();
    reporter(url).log(log("alone"));
    await expect.poll(() => events).toEqual([{ log: log("alone") }]);
  });

  it("records once what it had to send twice", async () => {
    const { url, events, batches } = await recordingApi((response, count) => {
      if (count === 1) response.destroy();
      return count === 1;
    });
    const reports = reporter(url);
    for (const message of messages(3)) reports.log(log(message));
    await reports.flush();
    reports.log(log("later"));
    await reports.flush();
    expect(events).toEqual([...messages(3), "later"].map((message) => ({ log: log(message) })));
    expect(batches).toEqual([3, 3, 1]);
  });

  it("stops for good when the attempt was superseded", async () => {
    const errors = [{ message: "Superseded", extensions: { code: "ATTEMPT_SUPERSEDED" } }];
    const { url, batches } = await recordingApi((response) => {
      answer(response, { errors });
      return true;
    });
    const stops: unknown[] = [];
    const reports = reporter(url, { onStopped: (error) => stops.push(error) });
    reports.log(log("a"));
    await expect(reports.flush()).rejects.toMatchObject({ code: "ATTEMPT_SUPERSEDED" });
    reports.log(log("b"));
    await expect(reports.flush()).rejects.toMatchObject({ code: "ATTEMPT_SUPERSEDED" });
    expect([stops.length, batches.length]).toEqual([1, 1]);
  });

  it("gives up on a server that stays away", async () => {
    const { url, api } = await recordingApi();
    await api.close();
    closers.pop();
    const reports = reporter(url, { giveUpAfterMs: 200 });
    reports.log(log("a"));
    await expect(reports.flush()).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" });
  });
});
