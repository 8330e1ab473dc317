import type { GraphQLSchema } from "graphql";
import { guardSchema } from "./access.ts";
import { builder } from "./builder.ts";
import "./scalars.ts";
import "./queries.ts";
import "./mutations.ts";
import "./subscriptions.ts";

/** The API, with a guard before each field that needs one. Its printed form is `schema.graphql`. */
export const schema: GraphQLSchema = guardSchema(builder.toSchema());
