/** One thing that launching needs, and whether it is there. */
export interface Check {
  /**
   * What the platform calls it, for example `ecs:RunTask` or `create jobs`; a word of its own where it is no right:
   * `region`, `credentials`.
   */
  readonly action: string;
  /** On what it was tried. */
  readonly resource: string;
  /** Null where it could be neither proved nor refuted. */
  readonly ok: boolean | null;
  /** How it was proved. Nothing is ever created or stopped for it. */
  readonly how: string;
  readonly message: string;
  /** What to do; empty where there is nothing to do. */
  readonly advice: string;
  /** True where launching works without it, only less well. */
  readonly optional?: boolean;
}

/** Something to try. */
export interface Probe {
  readonly action: string;
  readonly resource: string;
  readonly how: string;
  readonly optional?: boolean;
  /** Tries it. Answers what it saw; throws the platform's refusal. */
  readonly run: () => Promise<Finding>;
  /** Whether the platform refuses so only after it has checked the right: the refusal that the request asks for. */
  readonly proves?: (error: unknown) => string | undefined;
}

export type Finding = Pick<Check, "ok" | "message" | "optional"> & { readonly advice?: string };

/** A read that the platform answered. */
export const allowed = (message = "allowed"): Finding => ({ ok: true, message });

export const notProven = (message: string, advice = ""): Finding => ({ ok: null, message, advice });
