import type { Day } from "./days.ts";

export type Unit = "celsius" | "fahrenheit";

export const SIGNS: { readonly [U in Unit]: string } = { celsius: "°C", fahrenheit: "°F" };

/** One month of one year; temperatures in the unit of the summary. */
export interface Month {
  readonly month: number;
  /** The means of the days' highs and lows. */
  readonly high: number;
  readonly low: number;
  /** Millimetres in the whole month. */
  readonly precipitation: number;
  readonly wetDays: number;
  readonly days: number;
}

export interface YearSummary {
  readonly year: number;
  readonly unit: Unit;
  readonly months: readonly Month[];
}

export const MONTHS = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
];

/** The year's months in their order; months without a day are left out. */
export function summariseYear(days: readonly Day[], year: number, unit: Unit): YearSummary {
  const ofYear = days.filter((day) => day.year === year);
  const months = MONTHS.map((_, index) => ofYear.filter((day) => day.month === index + 1))
    .filter((month) => month.length > 0)
    .map((month) => summariseMonth(month, unit));
  return { year, unit, months };
}

function summariseMonth(days: readonly Day[], unit: Unit): Month {
  return {
    month: days[0]?.month ?? 0,
    high: convert(mean(days.map((day) => day.high)), unit),
    low: convert(mean(days.map((day) => day.low)), unit),
    precipitation: sum(days.map((day) => day.precipitation)),
    wetDays: days.filter((day) => day.precipitation > 0).length,
    days: days.length,
  };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function convert(celsius: number, unit: Unit): number {
  return unit === "celsius" ? celsius : celsius * 1.8 + 32;
}
