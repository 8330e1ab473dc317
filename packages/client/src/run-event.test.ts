import { describe, expect, it } from "vitest";
import { stateOf } from "./run-event.ts";

const timestamp = "2026-01-01T00:00:00.000Z";

describe("stateOf", () => {
  it("cuts a message that would fill a request", () => {
    const { message } = stateOf({ type: "Failed", timestamp, message: "x".repeat(2_000_000) });
    expect(message).toMatch(/^x{16384}… \(cut: 2000000 characters\)$/);
  });

  it("leaves any other state as it is", () => {
    const state = { type: "Failed", timestamp, message: "no", cause: "Other" } as const;
    expect(stateOf(state)).toBe(state);
    expect(stateOf({ type: "Running", timestamp })).toEqual({ type: "Running", timestamp });
  });
});
