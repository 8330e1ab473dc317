import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import {
  type ClientRunReporter,
  createRunReporter,
  type RunReporterOptions,
} from "../src/index.ts";
import { answer, type ReceivedRequest, startApi } from "./fake-api.ts";

const timestamp = "2026-01-01T00:00:00.000Z";
const log = (message: string) => ({ timestamp, level: "info" as const, message });

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Input {
  readonly firstSequence: number;
  readonly events: readonly unknown[];
  readonly usage?: unknown;
  readonly timeline?: unknown;
}

/** What the reporter sent; its form is checked by the assertions. */
const inputOf = ({ variables }: ReceivedRequest) => variables["input"] as Input;

/** An API that records; `instead` may answer in its place. */
async function recordingApi(instead?: (response: ServerResponse, input: Input) => boolean) {
  const inputs: Input[] = [];
  const api = await startApi((request, response) => {
    const input = inputOf(request);
    inputs.push(input);
    if (instead?.(response, input)) return;
    const nextSequence = input.firstSequence + input.events.length;
    answer(response, { data: { recordRun: { nextSequence, cancelRequested: false } } });
  });
  closers.push(api.close);
  return { url: api.url, inputs };
}

function reporter(url: string, options: Partial<RunReporterOptions> = {}): ClientRunReporter {
  const reports = createRunReporter({ url, runToken: "slr_x", heartbeatMs: 50, ...options });
  closers.push(() => reports.close().catch(() => undefined));
  return reports;
}

const refuse = (code: string) => (response: ServerResponse) => {
  answer(response, { errors: [{ message: code, extensions: { code } }] });
  return true;
};

describe("a run reporter's heartbeat", () => {
  it("goes out again and again, with no event, and with what was used", async () => {
    const { url, inputs } = await recordingApi();
    let samples = 0;
    reporter(url, { usage: () => ({ samples: ++samples }) });
    await expect.poll(() => inputs.length).toBeGreaterThanOrEqual(3);
    expect(inputs.slice(0, 3)).toEqual(
      [1, 2, 3].map((count) => ({ firstSequence: 0, events: [], usage: { samples: count } })),
    );
  });

  it("stays out while something else goes out, which says what was used instead", async () => {
    const { url, inputs } = await recordingApi();
    const reports = reporter(url, {
      heartbeatMs: 400,
      intervalMs: 1,
      usage: () => ({ samples: 1 }),
    });
    const start = Date.now();
    while (Date.now() - start < 1_000) {
      reports.log(log("x"));
      await reports.flush();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(inputs.filter(({ events }) => events.length === 0)).toEqual([]);
    const measured = inputs.filter(({ usage }) => usage !== undefined).length;
    expect(measured).toBeGreaterThanOrEqual(2);
    expect(measured).toBeLessThanOrEqual(3);
  });

  it("goes with the last events when closed, or alone where there are none", async () => {
    const { url, inputs } = await recordingApi();
    const usage = () => ({ samples: 7 });
    const busy = reporter(url, { heartbeatMs: 60_000, usage });
    busy.log(log("first"));
    await busy.flush();
    busy.log(log("last"));
    await busy.close();
    expect(inputs.at(-1)).toMatchObject({ events: [{ log: log("last") }], usage: { samples: 7 } });
    const idle = reporter(url, { heartbeatMs: 60_000, usage });
    await idle.close();
    expect(inputs.at(-1)).toEqual({ firstSequence: 0, events: [], usage: { samples: 7 } });
    expect(inputs).toHaveLength(3);
  });

  it("sends nothing more once closed", async () => {
    const { url, inputs } = await recordingApi();
    await reporter(url, { heartbeatMs: 10 }).close();
    const count = inputs.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(inputs).toHaveLength(count);
  });

  it("keeps no process alive", async () => {
    const { url } = await recordingApi();
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout");
    const before = timers().length;
    reporter(url, { heartbeatMs: 60_000 });
    expect(timers()).toHaveLength(before);
  });

  it("is tried again quietly where it fails, and harms no event", async () => {
    let failures = 0;
    const { url, inputs } = await recordingApi((response, { events }) => {
      if (events.length > 0 || failures >= 3) return false;
      failures += 1;
      if (failures === 1) response.destroy();
      else if (failures === 2) response.writeHead(503).end();
      else refuse("INTERNAL")(response);
      return true;
    });
    const stops: unknown[] = [];
    const reports = reporter(url, { onStopped: (error) => stops.push(error) });
    await expect.poll(() => inputs.length).toBeGreaterThanOrEqual(5);
    reports.log(log("still here"));
    await reports.close();
    expect(inputs.filter(({ events }) => events.length > 0)).toHaveLength(1);
    expect([stops, failures]).toEqual([[], 3]);
  });

  it("is not fatal until the server has stayed away for long", async () => {
    const api = await startApi(() => undefined);
    await api.close();
    const stops: number[] = [];
    const start = Date.now();
    reporter(api.url, {
      heartbeatMs: 20,
      giveUpAfterMs: 400,
      onStopped: () => stops.push(Date.now() - start),
    });
    await expect.poll(() => stops.length, { timeout: 5_000 }).toBe(1);
    expect(stops[0]).toBeGreaterThanOrEqual(400);
  });

  it.each(["ATTEMPT_SUPERSEDED", "UNAUTHENTICATED"])(
    "ends the reporting at once where it is refused with %s",
    async (code) => {
      const { url } = await recordingApi(refuse(code));
      const stops: unknown[] = [];
      const reports = reporter(url, { onStopped: (error) => stops.push(error) });
      await expect.poll(() => stops).toMatchObject([{ code }]);
      await expect(reports.flush()).rejects.toMatchObject({ code });
    },
  );

  it("is nobody's worry when the reporter is closing", async () => {
    const { url } = await recordingApi(refuse("ATTEMPT_SUPERSEDED"));
    const stops: unknown[] = [];
    const reports = reporter(url, {
      heartbeatMs: 60_000,
      usage: () => ({ samples: 1 }),
      onStopped: (error) => stops.push(error),
    });
    await reports.close();
    expect(stops).toEqual([]);
  });
});

describe("a run reporter", () => {
  it("says once that somebody asked for the run's end", async () => {
    const { url, inputs } = await recordingApi((response, { firstSequence, events }) => {
      const nextSequence = firstSequence + events.length;
      answer(response, { data: { recordRun: { nextSequence, cancelRequested: true } } });
      return true;
    });
    let asked = 0;
    const reports = reporter(url, { onCancelRequested: () => (asked += 1) });
    await expect.poll(() => inputs.length).toBeGreaterThanOrEqual(3);
    reports.log(log("on my way"));
    await reports.flush();
    expect(asked).toBe(1);
  });

  it("records steps soon, with the events that go out then", async () => {
    const { url, inputs } = await recordingApi();
    const reports = reporter(url, { heartbeatMs: 60_000, intervalMs: 20 });
    reports.timeline({ bootedAt: timestamp });
    reports.log(log("first"));
    reports.timeline({ importedAt: timestamp });
    await reports.flush();
    expect(inputs).toEqual([
      {
        firstSequence: 0,
        events: [{ log: log("first") }],
        timeline: { bootedAt: timestamp, importedAt: timestamp },
      },
    ]);
    reports.timeline({ firstTaskAt: timestamp });
    await expect.poll(() => inputs.length).toBe(2);
    expect(inputs[1]).toEqual({
      firstSequence: 1,
      events: [],
      timeline: { firstTaskAt: timestamp },
    });
  });

  it("says steps again until the server has them", async () => {
    let count = 0;
    const { url, inputs } = await recordingApi((response) => {
      count += 1;
      if (count < 3) response.writeHead(503).end();
      return count < 3;
    });
    const reports = reporter(url, { heartbeatMs: 60_000 });
    reports.timeline({ bootedAt: timestamp });
    await reports.flush();
    expect(inputs.map(({ timeline }) => timeline)).toEqual(
      Array.from({ length: 3 }, () => ({ bootedAt: timestamp })),
    );
  });
});
