import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { isUuid } from "../ids.ts";

const BOOTSTRAP = /^slb_([0-9a-f]{32})_([\w-]{43})$/;

/**
 * The one-use token of an attempt. It is derived, never stored: an agent that lost the answer to its
 * claim is given the same one again, and the database holds nothing that opens anything.
 */
export function bootstrapToken(secret: Buffer, attemptId: string): string {
  const mac = createHmac("sha256", secret).update(`bootstrap ${attemptId}`).digest("base64url");
  return `slb_${attemptId.replaceAll("-", "")}_${mac}`;
}

/** The attempt that a bootstrap token is for; undefined where this installation did not make it. */
export function attemptOfToken(secret: Buffer, token: string): string | undefined {
  const hex = BOOTSTRAP.exec(token)?.[1];
  if (!hex) return undefined;
  const attemptId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  if (!isUuid(attemptId)) return undefined;
  return isSameToken(token, bootstrapToken(secret, attemptId)) ? attemptId : undefined;
}

export function createRunToken(): string {
  return `slr_${randomBytes(32).toString("base64url")}`;
}

/** Tells whether a text has the form of a run token; a run's process may make its own. */
export function isRunToken(text: string): boolean {
  return /^slr_[\w-]{43}$/.test(text);
}

export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** Takes the same time wherever the two differ. */
export function isSameToken(given: string, expected: string): boolean {
  return timingSafeEqual(hashToken(given), hashToken(expected));
}
