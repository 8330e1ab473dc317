import { type ErrorDetails, SlipwayError } from "@slipway/core";

/** What was given on the command line, in the environment or in a file it names is wrong. */
export function invalidArgument(
  message: string,
  details: ErrorDetails,
  cause?: unknown,
): SlipwayError {
  return new SlipwayError("INVALID_ARGUMENT", message, details, { cause });
}
