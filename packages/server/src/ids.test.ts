import { describe, expect, it } from "vitest";
import { isUuid, uuidv7 } from "./ids.ts";

describe("uuidv7", () => {
  it("makes a UUID of version 7 that begins with the time", () => {
    const id = uuidv7(0x0190_0000_0000);
    expect(isUuid(id)).toBe(true);
    expect(id).toMatch(/^01900000-0000-7[0-9a-f]{3}-[89ab]/);
  });

  it("sorts by time", () => {
    expect(uuidv7(1_000) < uuidv7(2_000)).toBe(true);
  });
});
