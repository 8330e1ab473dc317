// biome-ignore-all lint/suspicious/noConsole: the console is what is tested

import type { LogRecord } from "@slipway/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { LineWriter } from "../log-line.ts";
import { type ConsoleCapture, captureConsole } from "./console-capture.ts";

let capture: ConsoleCapture | undefined;
afterEach(() => {
  capture?.release();
  vi.restoreAllMocks();
});

const task = { taskSlug: "t", mapIndex: 3 };

function capturing(echo: boolean) {
  const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const records: LogRecord[] = [];
  const reporter = new LineWriter(() => undefined);
  reporter.log = (record) => void records.push(record);
  capture = captureConsole(reporter, { echo });
  return { printed, records, around: capture.aroundTask };
}

describe("captureConsole", () => {
  it("reports what a task prints, formatted, also after it waited", async () => {
    const { records, around } = capturing(false);
    await around(task, async () => {
      await Promise.resolve();
      console.log("%s is %d", "a", 1, { b: 2 });
      console.error("bad");
    });
    expect(records.map(({ level, message, task: key }) => [level, message, key])).toEqual([
      ["info", "a is 1 { b: 2 }", task],
      ["error", "bad", task],
    ]);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])("with echo %s prints it %d times", (echo, times) => {
    const { printed, around } = capturing(echo);
    around(task, () => console.log("a"));
    expect(printed).toHaveBeenCalledTimes(times);
  });

  it("leaves alone what is printed outside tasks", () => {
    const { printed, records } = capturing(false);
    console.log("a");
    expect([printed.mock.calls, records]).toEqual([[["a"]], []]);
  });
});
