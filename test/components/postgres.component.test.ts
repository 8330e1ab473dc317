// component: postgres
import pg from "pg";
import { expect, it } from "vitest";

it("accepts connections at its URL, with the rights to create a database", async () => {
  const client = new pg.Client({ connectionString: process.env["SLIPWAY_TEST_DATABASE_URL"] });
  await client.connect();
  try {
    await client.query("create database made_by_a_test");
    const { rows } = await client.query("select current_user as who");
    expect(rows).toEqual([{ who: "slipway" }]);
  } finally {
    await client.end();
  }
});
