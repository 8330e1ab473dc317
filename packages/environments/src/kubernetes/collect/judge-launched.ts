import type { Launched } from "./launched.ts";

/** What the server knows of a run. */
export interface KnownRun {
  /** Null while it goes on. */
  readonly endedAt: string | null;
  readonly attempts: readonly KnownAttempt[];
}

export interface KnownAttempt {
  readonly id: string;
  /** The Job's uid, where one was launched for it. */
  readonly infrastructureId: string | null;
  readonly endedAt: string | null;
}

export interface Judgement {
  readonly isGarbage: boolean;
  /** In words, as the rest of a line. */
  readonly why: string;
}

export interface Grace {
  readonly now: number;
  readonly graceMs: number;
}

/** Whether a Job or Secret is of no use to anybody any more. `run` is undefined where the server does not know it. */
export function judgeLaunched(
  launched: Launched,
  run: KnownRun | undefined,
  grace: Grace,
): Judgement {
  if (run === undefined) {
    return since(launched.createdAt, "the server does not know its run, and it is here", grace);
  }
  // The infrastructure of an attempt that Kubernetes itself began is its forerunner's Job.
  const isInUse = run.attempts.some(
    ({ id, infrastructureId, endedAt }) =>
      endedAt === null && (id === launched.attemptId || infrastructureId === launched.uid),
  );
  if (isInUse) return { isGarbage: false, why: "its attempt goes on" };
  const attempt = run.attempts.find(({ id }) => id === launched.attemptId);
  const endedAt = attempt?.endedAt ?? run.endedAt;
  if (endedAt === null) return { isGarbage: false, why: "its run goes on" };
  const over = run.endedAt === null ? "its attempt is over" : "its run is over";
  return since(endedAt, over, grace);
}

function since(at: string, what: string, { now, graceMs }: Grace): Judgement {
  const ms = now - Date.parse(at);
  return ms >= graceMs
    ? { isGarbage: true, why: `${what}, since ${at}` }
    : { isGarbage: false, why: `${what}, but only since ${at}` };
}
