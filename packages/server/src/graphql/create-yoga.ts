import { createYoga, type Plugin } from "graphql-yoga";
import type { Caller, Context, ServerContext } from "./context.ts";
import { createErrorMask, type Log, withOurCode } from "./errors.ts";
import { limitRule } from "./limits.ts";
import { createLoaders } from "./loaders.ts";
import { schema } from "./schema.ts";

/** A batch of the run's process, or a flow's structure, and some room. */
const LONGEST_BODY = 1024 * 1024 + 16 * 1024;

/** What the HTTP layer hands over with each request. */
export interface RequestContext {
  readonly caller: Caller;
}

const limits: Plugin = {
  onValidate({ addValidationRule }) {
    addValidationRule(limitRule);
  },
  // What does not parse or validate never meets the mask.
  onExecutionResult({ result }) {
    if (!result || !("errors" in result) || !result.errors) return;
    result.errors = result.errors.map(withOurCode);
  },
};

/** GraphQL over HTTP and SSE. Its page for a browser is off: it would load scripts from elsewhere. */
export function createGraphql(server: ServerContext, log: Log) {
  return createYoga<RequestContext, Context>({
    schema,
    context: ({ caller }) => ({ ...server, caller, loaders: createLoaders(server.database.read) }),
    plugins: [limits],
    maskedErrors: {
      maskError: createErrorMask((error) => server.database.explain(error), log),
    },
    maxRequestBodySize: LONGEST_BODY,
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    logging: false,
  });
}
