import { describe, expect, it } from "vitest";
import { chartPath, readChart, readValues } from "./chart.ts";

// Run `npx vitest run --project repository -u` to write the chart's table anew.
const values = readValues(readChart("values.yaml"));

interface Schema {
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** The paths that the schema lets through, down to where it takes any object. */
function pathsOf(schema: Schema, above = ""): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
    inner.properties === undefined ? [above + name] : pathsOf(inner, `${above + name}.`),
  );
}

describe("the chart's values", () => {
  it("are those that the schema knows", () => {
    const schema: Schema = JSON.parse(readChart("values.schema.json"));
    const known = pathsOf(schema).filter((path) => path !== "global");
    expect(values.map(({ path }) => path).toSorted()).toEqual(known.toSorted());
    expect(values.length).toBeGreaterThan(50);
  });

  it("each say what they mean", () => {
    expect(values.filter(({ meaning }) => meaning === "")).toEqual([]);
  });

  it("stand in a table of the chart's page, with what they mean", async () => {
    const rows = values.map(
      ({ path, standard, meaning }) =>
        `| \`${path}\` | \`${standard.replaceAll("|", "\\|")}\` | ${meaning.replaceAll("|", "\\|")} |`,
    );
    const page = readChart("README.md");
    const [head = ""] = page.split("## Values");
    const table = ["| value | otherwise | what it is |", "| --- | --- | --- |", ...rows].join("\n");
    await expect(`${head}## Values\n\n${table}\n`).toMatchFileSnapshot(chartPath("README.md"));
  });
});

describe("the chart's version", () => {
  it("is that of the packages", () => {
    const { version }: { version: string } = JSON.parse(
      readChart("../../packages/cli/package.json"),
    );
    const chart = readChart("Chart.yaml");
    expect(chart).toContain(`\nversion: ${version}\n`);
    expect(chart).toContain(`\nappVersion: "${version}"\n`);
  });
});
