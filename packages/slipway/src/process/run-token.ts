import { randomBytes } from "node:crypto";

/** A token for this attempt of the process's own making: it can be said again when the answer of the swap was lost. */
export function createRunToken(): string {
  return `slr_${randomBytes(32).toString("base64url")}`;
}
