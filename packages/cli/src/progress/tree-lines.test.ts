import type { State } from "@slipway/core";
import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { RunProgress } from "./run-progress.ts";
import { treeLines } from "./tree-lines.ts";

const START = Date.parse("2026-01-01T00:00:00.000Z");
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const options = {
  columns: 60,
  rows: 24,
  colors: picocolors.createColors(false),
  now: START + 4_000,
};

function progressOf(slugs: readonly string[]): RunProgress {
  const tasks = slugs.map((slug) => ({ slug, name: slug, mapped: false }));
  return new RunProgress("weather", { tasks, edges: [] });
}

function set(progress: RunProgress, taskSlug: string, state: State, mapIndex = -1): void {
  progress.apply({ kind: "taskRunState", task: { taskSlug, mapIndex }, state });
}

describe("treeLines", () => {
  it("shows each task with its state, and mapped ones with counts", () => {
    const progress = progressOf(["read", "summarise", "write"]);
    progress.apply({ kind: "flowRunState", state: { type: "Running", timestamp: at(0) } });
    set(progress, "read", { type: "Running", timestamp: at(0) });
    set(progress, "read", { type: "Success", timestamp: at(1) });
    set(progress, "summarise", { type: "Running", timestamp: at(1) });
    set(progress, "summarise", { type: "Success", timestamp: at(2) }, 0);
    set(progress, "summarise", { type: "Failed", timestamp: at(2) }, 1);
    set(progress, "summarise", { type: "Running", timestamp: at(2) }, 2);
    expect(treeLines(progress, options)).toEqual([
      "⠋ weather  Running 4.0 s",
      "├─ ✔ read       Success 1.0 s",
      "├─ ⠋ summarise  Running 2/3 · 1 failed 3.0 s",
      "└─ ○ write",
    ]);
  });

  it("says why a task failed and where a result is", () => {
    const progress = progressOf(["a", "b"]);
    const result = { location: "/tmp/report.md" };
    set(progress, "a", { type: "Failed", timestamp: at(1), message: "no such\ntable" });
    set(progress, "b", { type: "Success", timestamp: at(1), result });
    expect(treeLines(progress, options).slice(1)).toEqual([
      "├─ ✖ a  Failed · no such table",
      "└─ ✔ b  Success → /tmp/report.md",
    ]);
  });

  it("never draws a line that wraps", () => {
    const progress = progressOf(["a".repeat(80), "b"]);
    set(progress, "b", { type: "Failed", timestamp: at(1), message: "x".repeat(500) });
    for (const columns of [20, 60]) {
      for (const line of treeLines(progress, { ...options, columns })) {
        expect(line.length).toBeLessThanOrEqual(columns);
      }
    }
  });

  it("keeps what goes or has failed in view when there are more tasks than rows", () => {
    const progress = progressOf(Array.from({ length: 100 }, (_, index) => `t${index}`));
    for (let index = 0; index < 50; index++) {
      set(progress, `t${index}`, { type: "Success", timestamp: at(1) });
    }
    set(progress, "t70", { type: "Running", timestamp: at(1) });
    set(progress, "t80", { type: "Failed", timestamp: at(1) });
    const lines = treeLines(progress, { ...options, rows: 10 });
    expect(lines.length).toBeLessThanOrEqual(8);
    expect(lines.join("\n")).toMatch(/t70 .*Running/);
    expect(lines.join("\n")).toMatch(/t80 .*Failed/);
    expect(lines.at(-1)).toBe("└─ … 94 more tasks, 50 of them finished");
  });
});
