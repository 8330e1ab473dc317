import { describe, expect, it } from "vitest";
import { parseLine } from "./log-lines.ts";

describe("a line with its time", () => {
  it.each([
    ["2026-01-02T03:04:05.000000001Z hello world", "2026-01-02T03:04:05.000000001Z", "hello world"],
    ["2026-01-02T03:04:05.1Z x", "2026-01-02T03:04:05.100000000Z", "x"],
    ["2026-01-02T03:04:05Z ", "2026-01-02T03:04:05.000000000Z", ""],
    ["2026-01-02T05:04:05.5+02:00 z\r", "2026-01-02T03:04:05.500000000Z", "z"],
    [
      "2026-01-02T03:04:05.1Z a 2026-01-02T03:04:05Z b",
      "2026-01-02T03:04:05.100000000Z",
      "a 2026-01-02T03:04:05Z b",
    ],
  ])("%j", (line, timestamp, message) => {
    expect(parseLine(line)).toEqual({ timestamp, message });
  });

  it("is none where the kubelet speaks itself", () => {
    expect(parseLine("unable to retrieve container logs for containerd://1")).toBeUndefined();
  });
});
