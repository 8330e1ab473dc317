import type { State, StateType } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { advance, type Position } from "./advance.ts";

const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
const state = (type: "Pending" | "Running" | "Success" | "Failed", second: number): State => ({
  type,
  timestamp: at(second),
});
const from = (stateType: StateType, more: Partial<Position> = {}): Position => ({
  stateType,
  stateVersion: 4,
  startTime: null,
  endTime: null,
  ...more,
});

describe("advance", () => {
  it("numbers each state, starts with the first Running and ends with the finish", () => {
    expect(advance(from("Submitted"), [state("Running", 1), state("Success", 2)])).toEqual({
      state: state("Success", 2),
      stateType: "Success",
      stateVersion: 6,
      startTime: at(1),
      endTime: at(2),
      history: [
        { version: 5, state: state("Running", 1) },
        { version: 6, state: state("Success", 2) },
      ],
    });
  });

  it("keeps the first start and forgets the end when a failed run is tried again", () => {
    const failed = from("Failed", { startTime: at(1), endTime: at(2) });
    expect(advance(failed, [state("Pending", 3), state("Running", 4)])).toMatchObject({
      startTime: at(1),
      endTime: null,
    });
  });

  it("refuses a step that the life of a run does not have, wherever it stands", () => {
    const steps = [state("Running", 1), state("Success", 2), state("Running", 3)];
    expect(() => advance(from("Submitted"), steps)).toThrow(
      expect.objectContaining({ code: "ILLEGAL_TRANSITION" }),
    );
  });

  it("lets what has no state yet be told the one it is taken to be in, once", () => {
    const unborn = from("Pending", { stateVersion: 0 });
    expect(advance(unborn, [state("Pending", 1)])).toMatchObject({ stateVersion: 1 });
    expect(() => advance(unborn, [state("Pending", 1), state("Pending", 2)])).toThrow();
  });

  it("does nothing without a state", () => {
    expect(advance(from("Running"), [])).toBeUndefined();
  });
});
