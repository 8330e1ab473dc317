import { describe, expect, it } from "vitest";
import { attemptOfToken, bootstrapToken, createRunToken, isSameToken } from "./tokens.ts";

const secret = Buffer.from("a secret");
const attemptId = "01900000-0000-7000-8000-000000000001";
const other = "01900000-0000-7000-8000-000000000002";

describe("a bootstrap token", () => {
  it("names its attempt to the installation that made it, and to no other", () => {
    const token = bootstrapToken(secret, attemptId);
    expect(attemptOfToken(secret, token)).toBe(attemptId);
    expect(attemptOfToken(Buffer.from("another"), token)).toBeUndefined();
  });

  it("is not good for another attempt, nor shortened, nor with more behind it", () => {
    const token = bootstrapToken(secret, attemptId);
    const moved = token.replace(/^slb_[0-9a-f]{32}/, `slb_${other.replaceAll("-", "")}`);
    for (const forged of [moved, token.slice(0, -1), `${token}x`, "slb_", ""]) {
      expect(attemptOfToken(secret, forged), forged).toBeUndefined();
    }
  });
});

describe("tokens", () => {
  it("are compared whole", () => {
    const token = createRunToken();
    expect(isSameToken(token, token)).toBe(true);
    expect(isSameToken(token.slice(0, -1), token)).toBe(false);
    expect(createRunToken()).not.toBe(token);
  });
});
