import { describe, expect, it } from "vitest";
import { countChildren, RunProgress } from "./run-progress.ts";

const timestamp = "2026-01-01T00:00:00.000Z";
const task = (slug: string) => ({ slug, name: slug, mapped: false });
const edge = (upstream: string, downstream: string) => ({
  upstream,
  downstream,
  mapped: false,
  flattened: false,
});

describe("RunProgress", () => {
  it("puts every task after its upstreams", () => {
    const tasks = ["load", "extract", "transform"].map(task);
    const edges = [edge("extract", "transform"), edge("transform", "load")];
    const progress = new RunProgress("etl", { tasks, edges });
    expect(progress.tasks.map(({ slug }) => slug)).toEqual(["extract", "transform", "load"]);
  });

  it("keeps when a task first ran, and its elements apart from it", () => {
    const progress = new RunProgress("etl", { tasks: [task("a")], edges: [] });
    const key = { taskSlug: "a", mapIndex: -1 };
    progress.apply({ kind: "taskRunState", task: key, state: { type: "Running", timestamp } });
    for (const [mapIndex, type] of (["Success", "Failed", "Running"] as const).entries()) {
      progress.apply({
        kind: "taskRunState",
        task: { taskSlug: "a", mapIndex },
        state: { type, timestamp },
      });
    }
    const [a] = progress.tasks;
    expect(a).toMatchObject({ startedAt: timestamp, state: { type: "Running" } });
    expect(a && countChildren(a)).toEqual({ total: 3, finished: 2, failed: 1 });
  });
});
