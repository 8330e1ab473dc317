import { afterEach, describe, expect, it } from "vitest";
import { commandPrefixes } from "./command.ts";

const path = process.env["PATH"];
afterEach(() => {
  process.env["PATH"] = path;
});

describe("commandPrefixes", () => {
  it("lets root start PostgreSQL as an ordinary user, and others as they are", async () => {
    const { any } = await commandPrefixes();
    expect(any[0]).toBe(process.getuid?.() === 0 ? "unshare" : undefined);
  });

  it("tells root where that is refused how to go on, and others need no tool at all", async () => {
    process.env["PATH"] = "/nowhere";
    const answer = await commandPrefixes().catch((error: unknown) => error);
    if (process.getuid?.() === 0) {
      expect(answer).toMatchObject({
        code: "DATABASE_UNSUPPORTED",
        message: expect.stringContaining("SLIPWAY__SERVER__DATABASE_URL"),
      });
    } else {
      expect(answer).toEqual({ any: [], server: [] });
    }
  });
});
