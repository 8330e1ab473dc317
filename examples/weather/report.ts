import { MONTHS, mean, SIGNS, sum, type YearSummary } from "./summary.ts";

/** A monthly report as Markdown: one table for all years, then one for each. */
export function reportText(years: readonly YearSummary[]): string {
  const first = years[0]?.year;
  const last = years.at(-1)?.year;
  const title = first === last ? `${first}` : `${first} to ${last}`;
  return [
    `# The weather of Seattle, ${title}`,
    "",
    "Source: the table `seattle-weather.csv` of vega-datasets (NOAA).",
    "",
    "| Year | Mean high | Mean low | Precipitation | Wet days | Wettest month |",
    "| --- | ---: | ---: | ---: | ---: | --- |",
    ...years.map(yearRow),
    "",
    ...years.flatMap(yearSection),
  ].join("\n");
}

function yearRow(summary: YearSummary): string {
  const { year, unit, months } = summary;
  const wettest = months.reduce((wet, month) =>
    month.precipitation > wet.precipitation ? month : wet,
  );
  const cells = [
    `[${year}](#${year})`,
    degrees(mean(months.map(({ high }) => high)), unit),
    degrees(mean(months.map(({ low }) => low)), unit),
    millimetres(sum(months.map(({ precipitation }) => precipitation))),
    `${sum(months.map(({ wetDays }) => wetDays))} of ${sum(months.map(({ days }) => days))}`,
    `${MONTHS[wettest.month - 1]} (${millimetres(wettest.precipitation)})`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function yearSection({ year, unit, months }: YearSummary): readonly string[] {
  return [
    `## ${year}`,
    "",
    "| Month | Mean high | Mean low | Precipitation | Wet days |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...months.map(
      ({ month, high, low, precipitation, wetDays }) =>
        `| ${MONTHS[month - 1]} | ${degrees(high, unit)} | ${degrees(low, unit)} | ${millimetres(precipitation)} | ${wetDays} |`,
    ),
    "",
  ];
}

function degrees(value: number, unit: YearSummary["unit"]): string {
  return `${value.toFixed(1)} ${SIGNS[unit]}`;
}

function millimetres(value: number): string {
  return `${value.toFixed(0)} mm`;
}
