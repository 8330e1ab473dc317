import { SlipwayError } from "@slipway/core";
import type { AttemptRow, Db } from "../db/rows.ts";
import { swapBootstrapToken } from "./attempts.ts";
import { attemptOfToken, createRunToken, hashToken, isRunToken } from "./tokens.ts";

export interface StartedRun {
  readonly runToken: string;
  readonly attempt: AttemptRow;
}

/**
 * Swaps a bootstrap token for a run token of the same attempt: the process's own, with which it can say the swap
 * again, or a new one. Throws `UNAUTHENTICATED`, `INVALID_ARGUMENT` or `ATTEMPT_SUPERSEDED`.
 */
export async function startRun(
  tx: Db,
  secret: Buffer,
  bootstrapToken: string,
  given?: string | null,
): Promise<StartedRun> {
  const attemptId = attemptOfToken(secret, bootstrapToken);
  if (!attemptId) {
    throw new SlipwayError("UNAUTHENTICATED", "The bootstrap token is not one of this server");
  }
  const runToken = given ?? createRunToken();
  if (!isRunToken(runToken)) throw malformed();
  const attempt = await swapBootstrapToken(tx, attemptId, hashToken(runToken));
  if (attempt) return { runToken, attempt };
  throw new SlipwayError(
    "UNAUTHENTICATED",
    `The bootstrap token of attempt ${attemptId} was used before; it is good for one start`,
    { attemptId },
  );
}

/** Does not show what was given: it may be a secret. */
function malformed(): SlipwayError {
  const accepted = "slr_ and 43 characters of base64url";
  return new SlipwayError("INVALID_ARGUMENT", `runToken has to be ${accepted}`, {
    path: "runToken",
    accepted,
  });
}
