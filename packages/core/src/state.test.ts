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
    ["Pending", ["Scheduled", "Running", "Mapped", "Success", "Failed", "TriggerFailed"]],
    ["Scheduled", ["Submitted", "Running", "Failed"]],
    ["Submitted", ["Running", "Scheduled", "Failed"]],
    ["Running", ["Success", "Mapped", "Failed", "Scheduled", "Pending"]],
    ["Success", []],
    ["Mapped", []],
    ["Failed", ["Scheduled", "Pending"]],
    ["TriggerFailed", ["Pending"]],
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
    expect(() => assertCanBecome("Submitted", "Success")).toThrow("Running or Scheduled or Failed");
    expect(() => assertCanBecome("Submitted", "Running")).not.toThrow();
  });
});

describe("the kinds of state", () => {
  it.each<[StateType, boolean, boolean]>([
    ["Pending", false, false],
    ["Scheduled", false, false],
    ["Submitted", false, false],
    ["Running", false, false],
    ["Success", true, false],
    ["Mapped", true, false],
    ["Failed", false, true],
    ["TriggerFailed", false, true],
  ])("%s: successful %s, failed %s", (type, successful, failed) => {
    expect([isSuccessful({ type }), isFailed({ type }), isFinished({ type })]).toEqual([
      successful,
      failed,
      successful || failed,
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
