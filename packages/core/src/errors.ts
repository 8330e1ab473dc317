/** What a caller should do about an error, as a process exit code. See `docs/errors.md`. */
export type ExitCode = 1 | 2 | 3 | 70;

/**
 * Every error code, with the exit code that the command line gives it:
 * 2 the input is wrong, 3 something outside refused or cannot be reached, 70 a fault of Slipway's own.
 * (1 is not here: it means that the flow run itself failed.)
 */
export const ERROR_CODES = {
  INVALID_ARGUMENT: 2,
  FLOW_FILE_NOT_FOUND: 2,
  FLOW_FILE_FAILED: 2,
  FLOW_NOT_EXPORTED: 2,
  FLOW_CYCLE: 2,
  DUPLICATE_TASK_SLUG: 2,
  MISSING_INPUT: 2,
  MISSING_PARAMETER: 2,
  INVALID_PARAMETER: 2,
  UNKNOWN_PARAMETER: 2,
  FLOW_WITHOUT_ENVIRONMENT: 2,
  ENVIRONMENT_INVALID: 2,
  ENVIRONMENT_NOT_LAUNCHABLE: 2,
  BUNDLE_FAILED: 2,
  STRUCTURE_MISMATCH: 2,
  BASE_IMAGE_NOT_FOUND: 2,
  IMAGE_INVALID: 2,
  IMAGE_NOT_FOUND: 3,
  REGISTRY_REFUSED: 3,
  REGISTRY_UNREACHABLE: 3,
  SERVER_UNREACHABLE: 3,
  DATABASE_UNAVAILABLE: 3,
  DATABASE_UNSUPPORTED: 3,
  ADDRESS_IN_USE: 3,
  UNAUTHENTICATED: 3,
  NOT_FOUND: 2,
  STATE_CONFLICT: 3,
  ATTEMPT_SUPERSEDED: 3,
  ILLEGAL_TRANSITION: 70,
  CLOUD_UNREACHABLE: 3,
  CLOUD_REFUSED: 3,
  LAUNCH_FAILED: 3,
  INTERNAL: 70,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Plain facts about an error, as data; a secret never stands here. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * The only error class. The message says what happened, to what, and what to do next;
 * `details` holds the same facts as data. Callers branch on `code` through {@link isSlipwayError}.
 */
export class SlipwayError extends Error {
  override readonly name = "SlipwayError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/**
 * Tells whether `value` is a Slipway error (of that code). Looks at name and code, never at
 * `instanceof`: a flow image carries its own copy of this package.
 */
export function isSlipwayError(value: unknown, code?: ErrorCode): value is SlipwayError {
  if (!(value instanceof Error) || value.name !== "SlipwayError" || !("code" in value))
    return false;
  return code === undefined ? isErrorCode(value.code) : value.code === code;
}

/** Tells whether a text is one of {@link ERROR_CODES}. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(ERROR_CODES, value);
}

/** Crashes on a broken assumption of Slipway's own. Throws `INTERNAL`. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new SlipwayError("INTERNAL", `${message} (this is a fault in Slipway)`);
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
