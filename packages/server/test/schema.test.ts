import { readFile } from "node:fs/promises";
import { buildSchema, lexicographicSortSchema, printSchema } from "graphql/index.js";
import { expect, it } from "vitest";
import { schema } from "../src/graphql/schema.ts";

it("the schema that is served is the one in schema.graphql", async () => {
  const text = await readFile(new URL("../schema.graphql", import.meta.url), "utf8");
  const committed = printSchema(lexicographicSortSchema(buildSchema(text)));
  expect(printSchema(lexicographicSortSchema(schema))).toBe(committed);
});
