import { type Json, SlipwayError } from "@slipway/core";

export interface InvalidArgument {
  /** The environment's class. */
  readonly type: string;
  /** Where the argument stands, for example `containerDefinitions[0].environment`. */
  readonly path: string;
  /** What is wrong with it and what to do, as the rest of a sentence that starts with the path. */
  readonly problem: string;
  /** What was given; absent where it may be a secret. */
  readonly given?: Json;
  readonly accepted?: Json;
  /** The name that a diagnosis would give it, where a launch may meet it. */
  readonly cause?: string;
}

/** Makes the one kind of error that an environment's arguments can cause: `ENVIRONMENT_INVALID`. */
export function environmentInvalid(argument: InvalidArgument, thrown?: unknown): SlipwayError {
  const { type, path, problem, given, accepted, cause } = argument;
  return new SlipwayError(
    "ENVIRONMENT_INVALID",
    `${type}: \`${path}\` ${problem}`,
    {
      path,
      ...(given === undefined ? {} : { given }),
      ...(accepted === undefined ? {} : { accepted }),
      ...(cause === undefined ? {} : { cause }),
    },
    thrown === undefined ? undefined : { cause: thrown },
  );
}
