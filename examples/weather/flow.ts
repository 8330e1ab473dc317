import { resolve } from "node:path";
import { Flow, localResult, task, unmapped } from "slipway";
import { FargateTaskEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";
import { z } from "zod";
// The package's `exports` hide its data files, so the table is named by its path. It becomes part of the image.
import table from "../../node_modules/vega-datasets/data/seattle-weather.csv";
import { chartSvg } from "./chart.ts";
import { type Day, parseDays } from "./days.ts";
import { reportText } from "./report.ts";
import { summariseYear, type Unit, type YearSummary } from "./summary.ts";

const readDays = task("read_days", () => {
  const days = parseDays(table);
  console.log(`${days.length} days`);
  return days;
});

const listYears = task("list_years", ({ days }: { days: readonly Day[] }) => [
  ...new Set(days.map(({ year }) => year)),
]);

interface SummariseInputs {
  readonly year: number;
  readonly days: readonly Day[];
  readonly unit: Unit;
}

const summarise = task("summarise", ({ year, days, unit }: SummariseInputs) => {
  const summary = summariseYear(days, year, unit);
  console.log(`${year}: ${summary.months.length} months`);
  return summary;
});

interface WriteInputs {
  readonly years: readonly YearSummary[];
}

const writeReport = task(
  "write_report",
  { result: localResult({ location: "seattle-weather/report.md", serializer: "text" }) },
  ({ years }: WriteInputs) => reportText(years),
);

const drawChart = task(
  "draw_chart",
  { result: localResult({ location: "seattle-weather/chart.svg", serializer: "text" }) },
  ({ years }: WriteInputs) => chartSvg(years),
);

export default new Flow(
  "weather",
  {
    environment: new FargateTaskEnvironment({
      family: "weather",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      containerDefinitions: [
        {
          name: "flow",
          image: "",
          // Read when the flow is registered, in this file's folder: local Fargate's tasks write there.
          environment: [{ name: "SLIPWAY__RESULTS__DIRECTORY", value: resolve("results") }],
        },
      ],
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"] } },
    }),
    storage: new Docker({ imageName: "weather" }),
  },
  ({ parameter }) => {
    const unit = parameter("unit", z.enum(["celsius", "fahrenheit"]).default("celsius"));
    const days = readDays();
    const years = summarise.map({
      year: listYears({ days }),
      days: unmapped(days),
      unit: unmapped(unit),
    });
    writeReport({ years });
    drawChart({ years });
  },
);
