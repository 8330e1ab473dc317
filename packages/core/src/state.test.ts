import { describe, expect, it } from "vitest";
import {
  assertCanBecome,
  canBecome,
  isFailed,
  isFinished,
  isStateType,
  isSuccessful,
  STATE_TYPES,
  type StateType,
} from "./index.ts";

describe("canBecome", () => {
  it.each<[StateType, readonly StateType[]]>([
    [
      "Pending",
      ["Scheduled", "Running", "Mapped", "Success", "Failed", "TriggerFailed", "Cancelled"],
    ],
    ["Scheduled", ["Submitted", "Running", "Failed", "Cancelled"]],
    ["Submitted", ["Running", "Scheduled", "Failed", "Cancelling", "Cancelled"]],
    ["Running", ["Success", "Mapped", "Failed", "Scheduled", "Pending", "Cancelling", "Cancelled"]],
    ["Success", []],
    ["Mapped", []],
    ["Failed", ["Scheduled", "Pending"]],
    ["TriggerFailed", ["Pending"]],
    ["Cancelling", ["Cancelled", "Success", "Failed"]],
    ["Cancelled", []],
  ])("lets a %s run become %j and nothing else", (from, allowed) => {
    expect(STATE_TYPES.filter((to) => canBecome(from, to)).sort()).toEqual([...allowed].sort());
  });
});

describe("assertCanBecome", () => {
  it("refuses to revive an ended run, naming both states", () => {
    expect(() => assertCanBecome("Success", "Running")).toThrow(
      expect.objectContaining({
        code: "ILLEGAL_TRANSITION",
        message: "A Success run cannot become Running (it can become nothing: it has ended)",
        details: { from: "Success", to: "Running" },
      }),
    );
  });

  it("says what a run can become", () => {
    expect(() => assertCanBecome("Submitted", "Success")).toThrow(
      "Running or Scheduled or Failed or Cancelling or Cancelled",
    );
    expect(() => assertCanBecome("Submitted", "Running")).not.toThrow();
  });
});

describe("the kinds of state", () => {
  it.each<[StateType, boolean, boolean, boolean]>([
    ["Pending", false, false, false],
    ["Scheduled", false, false, false],
    ["Submitted", false, false, false],
    ["Running", false, false, false],
    ["Success", true, false, true],
    ["Mapped", true, false, true],
    ["Failed", false, true, true],
    ["TriggerFailed", false, true, true],
    ["Cancelling", false, false, false],
    ["Cancelled", false, false, true],
  ])("%s: successful %s, failed %s, finished %s", (type, successful, failed, finished) => {
    expect([isSuccessful({ type }), isFailed({ type }), isFinished({ type })]).toEqual([
      successful,
      failed,
      finished,
    ]);
  });

  it("are known by name alone", () => {
    expect(["Running", "running", "toString", 1].map(isStateType)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
