/**
 * The one copy of graphql-js that everybody else in the process uses. The package carries itself
 * twice, and a bundler-like resolver (vitest's) takes the other copy for the bare name; objects of
 * two copies refuse each other.
 */
export {
  defaultFieldResolver,
  GraphQLError,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  printSchema,
  valueFromASTUntyped,
} from "graphql/index.js";
