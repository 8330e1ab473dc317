import { describe, expect, it } from "vitest";
import { plainLines } from "./plain-lines.ts";

const timestamp = "2026-01-01T10:20:30.456Z";
const task = { taskSlug: "load", mapIndex: 2 };

describe("plainLines", () => {
  it("gives a log record a line for each of its lines", () => {
    const record = { timestamp, level: "info" as const, message: "one\ntwo", task };
    expect(plainLines({ kind: "log", record })).toEqual([
      "10:20:30.456  info      load[2]: one",
      "10:20:30.456  info      load[2]: two",
    ]);
  });

  it("names a container that wrote a line itself", () => {
    const record = {
      timestamp,
      level: "info" as const,
      message: "ready",
      container: "containers[1]",
    };
    expect(plainLines({ kind: "log", record })).toEqual([
      "10:20:30.456  info      [containers[1]] ready",
    ]);
  });

  it("names a run's state with its reason", () => {
    const state = { type: "Failed", timestamp, message: "out of memory" } as const;
    expect(plainLines({ kind: "flowRunState", state })).toEqual([
      "10:20:30.456  state     flow run: Failed: out of memory",
    ]);
  });

  it("is silent about elements that go well, and not about those that fail", () => {
    expect(
      plainLines({ kind: "taskRunState", task, state: { type: "Success", timestamp } }),
    ).toEqual([]);
    expect(
      plainLines({ kind: "taskRunState", task, state: { type: "Failed", timestamp } }),
    ).toHaveLength(1);
  });
});
