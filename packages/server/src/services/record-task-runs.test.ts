import { describe, expect, it } from "vitest";
import type { TaskRunRow } from "../db/rows.ts";
import type { TaskRunReport } from "./parse-run-event.ts";
import { foldReports } from "./record-task-runs.ts";

const timestamp = "2026-01-01T00:00:00.000Z";
const row: TaskRunRow = {
  flowRunId: "run",
  taskSlug: "square",
  mapIndex: -1,
  state: { type: "Pending", timestamp },
  stateType: "Pending",
  stateVersion: 1,
  startTime: null,
  endTime: null,
};
const report = (
  taskSlug: string,
  mapIndex: number,
  type: "Running" | "Success",
): TaskRunReport => ({
  kind: "taskRunState",
  path: "events[0]",
  task: { taskSlug, mapIndex },
  state: { type, timestamp },
});

describe("foldReports", () => {
  it("gathers the states of each task run, whose reports may be mixed", () => {
    const reports = [
      report("square", 0, "Running"),
      report("square", 1, "Running"),
      report("square", 0, "Success"),
    ];
    const progress = foldReports([row], reports);
    expect(
      progress.map(({ task, stateType, stateVersion }) => [task.mapIndex, stateType, stateVersion]),
    ).toEqual([
      [0, "Success", 2],
      [1, "Running", 1],
    ]);
  });

  it("refuses a task that the flow does not have, and guesses which was meant", () => {
    expect(() => foldReports([row], [report("sqare", -1, "Running")])).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});
