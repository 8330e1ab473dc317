import { isErrorCode, isSlipwayError, type SlipwayError } from "@slipway/core";
import { GraphQLError } from "./graphql-js.ts";

export type Log = (line: string) => void;

/**
 * What a caller may see of an error: Slipway's own with code and details, GraphQL's as bad input,
 * and of anything else nothing. That goes to the log.
 */
export function createErrorMask(explain: (error: unknown) => unknown, log: Log) {
  return (error: unknown): Error => {
    const known = explain(rootOf(error));
    const place = error instanceof GraphQLError ? error : undefined;
    if (isSlipwayError(known)) return toGraphqlError(known, place);
    if (known instanceof GraphQLError) {
      // `http` holds the status that GraphQL over HTTP gives to what is wrong with the request itself.
      const { http } = known.extensions;
      return asGraphqlError(known.message, "INVALID_ARGUMENT", {}, known, http ? { http } : {});
    }
    log(
      `error: ${place?.path?.join(".") ?? "request"}: ${known instanceof Error ? known.stack : String(known)}`,
    );
    return asGraphqlError("The server failed; its log says why", "INTERNAL", {}, place);
  };
}

/** GraphQL's own codes (`GRAPHQL_VALIDATION_FAILED` and the like) all mean bad input. */
export function withOurCode(error: GraphQLError): GraphQLError {
  const { code, ...more } = error.extensions;
  return isErrorCode(code)
    ? error
    : asGraphqlError(error.message, "INVALID_ARGUMENT", {}, error, more);
}

function toGraphqlError(error: SlipwayError, place?: GraphQLError): GraphQLError {
  return asGraphqlError(error.message, error.code, error.details, place);
}

function asGraphqlError(
  message: string,
  code: string,
  details: SlipwayError["details"],
  place?: GraphQLError,
  more: object = {},
): GraphQLError {
  const where = { path: place?.path ?? null, positions: place?.positions ?? null };
  const source = place?.source ?? null;
  return new GraphQLError(message, { ...where, source, extensions: { code, details, ...more } });
}

/** A scalar's or resolver's own error stands inside the one that GraphQL makes of it. */
function rootOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? rootOf(error.originalError) : error;
}
