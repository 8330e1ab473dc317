/** One day of the table. */
export interface Day {
  readonly year: number;
  /** From 1 to 12. */
  readonly month: number;
  /** Millimetres. */
  readonly precipitation: number;
  /** Degrees Celsius. */
  readonly high: number;
  readonly low: number;
  /** For example `rain` or `sun`. */
  readonly weather: string;
}

const HEADER = "date,precipitation,temp_max,temp_min,wind,weather";

/** Reads the table of days; a row that is no day fails with its number. */
export function parseDays(table: string): readonly Day[] {
  const [header, ...rows] = table.trim().split(/\r?\n/);
  if (header !== HEADER) throw new Error(`The table begins with "${header}", not "${HEADER}"`);
  return rows.map((row, index) => {
    const [date = "", precipitation, high, low, , weather = ""] = row.split(",");
    const [year, month] = date.split("-").map(Number);
    const numbers = [year, month, precipitation, high, low].map(Number);
    if (numbers.some(Number.isNaN)) throw new Error(`Row ${index + 2} is no day: ${row}`);
    const [y = 0, m = 0, p = 0, h = 0, l = 0] = numbers;
    return { year: y, month: m, precipitation: p, high: h, low: l, weather };
  });
}
