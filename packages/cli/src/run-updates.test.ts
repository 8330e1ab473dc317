import type { FlowRunDetail, Log } from "@slipway/client";
import type { State } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { RunDifference } from "./run-updates.ts";

const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;

function look(
  stateVersion: number,
  state: State,
  tasks: readonly (readonly [number, State])[],
  attempts: readonly { readonly number: number; readonly status: string | null }[] = [],
) {
  const taskRuns = tasks.map(([version, taskState]) => ({
    taskSlug: "a",
    mapIndex: -1,
    state: taskState,
    stateType: taskState.type,
    stateVersion: version,
    startTime: null,
    endTime: null,
  }));
  // Only what the difference reads.
  return { state, stateVersion, taskRuns, attempts } as unknown as FlowRunDetail;
}

const log: Log = {
  id: "1",
  timestamp: at(2),
  level: "info",
  message: "hello",
  taskSlug: "a",
  mapIndex: -1,
  attempt: 1,
  container: null,
};

describe("RunDifference", () => {
  it("tells each change once, in the order in which it happened", () => {
    const running: State = { type: "Running", timestamp: at(1) };
    const success: State = { type: "Success", timestamp: at(3) };
    const difference = new RunDifference();
    const first = difference.since(look(1, running, [[1, success]]), [log]);
    expect(first.map(({ kind }) => kind)).toEqual(["flowRunState", "log", "taskRunState"]);
    expect(difference.since(look(1, running, [[1, success]]), [])).toEqual([]);
    expect(difference.since(look(2, success, [[1, success]]), [])).toEqual([
      { kind: "flowRunState", state: success },
    ]);
  });

  it("tells what the newest attempt waits for once, and again when that is another thing", () => {
    const submitted: State = { type: "Submitted", timestamp: at(1) };
    const difference = new RunDifference();
    const told = (number: number, status: string | null) =>
      difference
        .since(look(1, submitted, [], [{ number, status }]), [])
        .flatMap((update) => (update.kind === "status" ? [update.status] : []));
    expect(told(1, "waits for capacity")).toEqual(["waits for capacity"]);
    expect(told(1, "waits for capacity")).toEqual([]);
    expect(told(1, "waits for its turn")).toEqual(["waits for its turn"]);
    expect(told(1, null)).toEqual([]);
    expect(told(2, "waits for its turn")).toEqual(["waits for its turn"]);
  });
});
