import { SlipwayError } from "@slipway/core";
import type { AttemptRow, Db } from "../db/rows.ts";
import { swapBootstrapToken } from "./attempts.ts";
import { attemptOfToken, createRunToken, hashToken } from "./tokens.ts";

export interface StartedRun {
  readonly runToken: string;
  readonly attempt: AttemptRow;
}

/** Swaps a bootstrap token for a token of the same attempt. Throws `UNAUTHENTICATED` or `ATTEMPT_SUPERSEDED`. */
export async function startRun(
  tx: Db,
  secret: Buffer,
  bootstrapToken: string,
): Promise<StartedRun> {
  const attemptId = attemptOfToken(secret, bootstrapToken);
  if (!attemptId) {
    throw new SlipwayError("UNAUTHENTICATED", "The bootstrap token is not one of this server");
  }
  const runToken = createRunToken();
  const attempt = await swapBootstrapToken(tx, attemptId, hashToken(runToken));
  if (attempt) return { runToken, attempt };
  throw new SlipwayError(
    "UNAUTHENTICATED",
    `The bootstrap token of attempt ${attemptId} was used before; it is good for one start`,
    { attemptId },
  );
}
