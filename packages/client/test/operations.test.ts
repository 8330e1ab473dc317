import { readFile } from "node:fs/promises";
import { buildSchema, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import {
  flowRunLogs,
  flowRunStateType,
  mutations,
  queries,
  subscriptions,
} from "../src/operations.ts";

const schemaFile = new URL("../../server/schema.graphql", import.meta.url);

describe("every operation", async () => {
  const schema = buildSchema(await readFile(schemaFile, "utf8"));
  const more = { flowRunLogs, flowRunStateType };
  const all = Object.values({ ...queries, ...mutations, ...subscriptions, ...more });

  it.each(all.map((operation) => [operation.name, operation.text]))(
    "%s is valid against the server's schema",
    (_name, text) => {
      expect(validate(schema, parse(text)).map((error) => error.message)).toEqual([]);
    },
  );

  it("of the schema has a method", () => {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const fields = roots.flatMap((root) => Object.keys(root?.getFields() ?? {}));
    expect(new Set(all.map((operation) => operation.name))).toEqual(
      new Set([...fields, "flowRunLogs"]),
    );
  });
});
