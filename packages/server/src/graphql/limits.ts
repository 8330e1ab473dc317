import type {
  ASTVisitor,
  FieldNode,
  GraphQLNamedType,
  SelectionSetNode,
  ValidationContext,
} from "graphql";
import {
  GraphQLError,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  Kind,
} from "./graphql-js.ts";

/** More than any page asks for, and little enough for one request. */
const DEEPEST = 10;
const MOST_FIELDS = 500;
/** Each list within a list multiplies the answer. */
const DEEPEST_LISTS = 3;

/** A GraphQL validation rule: refuses requests that ask for too much at once. */
export function limitRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const root = context.getSchema().getRootType(operation.operation);
      const walk = new Walk(context);
      const excess = root ? walk.select(operation.selectionSet, root, 1, 0) : undefined;
      if (!excess) return;
      const message = `The request is too large: ${excess}; ask for less at once`;
      context.reportError(new GraphQLError(message, { nodes: operation }));
    },
  };
}

class Walk {
  readonly #context: ValidationContext;
  #fields = 0;

  constructor(context: ValidationContext) {
    this.#context = context;
  }

  /** What is too much, in words. Depth counts fragments too, so that one in a circle ends. */
  select(
    { selections }: SelectionSetNode,
    type: GraphQLNamedType,
    depth: number,
    lists: number,
  ): string | undefined {
    if (depth > DEEPEST) return `more than ${DEEPEST} levels`;
    for (const selection of selections) {
      this.#fields += 1;
      if (this.#fields > MOST_FIELDS) return `more than ${MOST_FIELDS} fields`;
      const excess =
        selection.kind === Kind.FIELD
          ? this.#field(selection, type, depth, lists)
          : this.#fragment(selection, type, depth, lists);
      if (excess) return excess;
    }
    return undefined;
  }

  #fragment(
    selection: Exclude<SelectionSetNode["selections"][number], FieldNode>,
    type: GraphQLNamedType,
    depth: number,
    lists: number,
  ): string | undefined {
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : this.#context.getFragment(selection.name.value);
    return fragment ? this.select(fragment.selectionSet, type, depth + 1, lists) : undefined;
  }

  #field(
    { name, selectionSet }: FieldNode,
    type: GraphQLNamedType,
    depth: number,
    lists: number,
  ): string | undefined {
    // What describes the schema touches no data.
    if (name.value.startsWith("__")) return undefined;
    const field = isObjectType(type) ? type.getFields()[name.value] : undefined;
    if (!field || !selectionSet) return undefined;
    const isList = isListType(getNullableType(field.type));
    const nested = lists + (isList ? 1 : 0);
    if (nested > DEEPEST_LISTS) return `lists within lists more than ${DEEPEST_LISTS} deep`;
    return this.select(selectionSet, getNamedType(field.type), depth + 1, nested);
  }
}
