import { MONTHS, type Month, SIGNS, type YearSummary } from "./summary.ts";

const PANEL = { width: 250, height: 240, gap: 18 };
const MARGIN = { top: 96, right: 62, bottom: 58, left: 62 };
const INK = "#27323f";
const FAINT = "#8a96a3";
const GRID = "#e6eaee";
const WARM = "#e8743b";
const WET = "#5b8fd6";
const FONT = "font-family='system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif'";

type Scale = (value: number) => number;

interface Scales {
  readonly degrees: Scale;
  readonly millimetres: Scale;
  readonly degreeTicks: readonly number[];
  readonly millimetreTicks: readonly number[];
}

/** One panel a year: the band between the months' mean lows and highs, and bars of precipitation below. */
export function chartSvg(years: readonly YearSummary[]): string {
  const width = MARGIN.left + years.length * (PANEL.width + PANEL.gap) - PANEL.gap + MARGIN.right;
  const height = MARGIN.top + PANEL.height + MARGIN.bottom;
  const scales = createScales(years.flatMap(({ months }) => months));
  const label = `Monthly temperature and precipitation of Seattle, ${years.map(({ year }) => year).join(", ")}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">
<rect width="${width}" height="${height}" fill="#ffffff"/>
<g ${FONT} font-size="12" fill="${INK}">
${heading(years, width)}
<g transform="translate(${MARGIN.left} ${MARGIN.top})">
${axes(scales, width - MARGIN.left - MARGIN.right, SIGNS[years[0]?.unit ?? "celsius"])}
${years.map((summary, index) => panel(summary, index * (PANEL.width + PANEL.gap), scales)).join("\n")}
</g>
<text x="${width - MARGIN.right}" y="${height - 12}" text-anchor="end" font-size="10" fill="${FAINT}">vega-datasets, seattle-weather.csv (NOAA)</text>
</g>
</svg>
`;
}

function createScales(months: readonly Month[]): Scales {
  const degreeTicks = ticks(
    Math.min(...months.map(({ low }) => low)),
    Math.max(...months.map(({ high }) => high)),
  );
  const millimetreTicks = ticks(0, Math.max(...months.map(({ precipitation }) => precipitation)));
  return {
    // Temperature takes the upper two thirds, precipitation the lower third.
    degrees: scale(degreeTicks, PANEL.height * 0.62, 0),
    millimetres: scale(millimetreTicks, PANEL.height, PANEL.height * 0.68),
    degreeTicks,
    millimetreTicks,
  };
}

/** About four round numbers that enclose both ends. */
function ticks(low: number, high: number): readonly number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200].find((size) => (high - low) / size <= 4) ?? 500;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function scale(values: readonly number[], from: number, to: number): Scale {
  const low = values[0] ?? 0;
  const high = values.at(-1) ?? 1;
  return (value) => round(from + ((value - low) / (high - low)) * (to - from));
}

function heading(years: readonly YearSummary[], width: number): string {
  const key = width - MARGIN.right;
  return `<text x="${MARGIN.left}" y="36" font-size="20" font-weight="600">The weather of Seattle</text>
<text x="${MARGIN.left}" y="57" fill="${FAINT}">Monthly means of daily highs and lows, and total precipitation, ${years[0]?.year}–${years.at(-1)?.year}</text>
<rect x="${key - 206}" y="27" width="14" height="10" rx="2" fill="${WARM}" fill-opacity="0.35"/><text x="${key - 186}" y="36">temperature</text>
<rect x="${key - 92}" y="27" width="14" height="10" rx="2" fill="${WET}"/><text x="${key - 72}" y="36">precipitation</text>`;
}

function axes(
  { degrees, millimetres, degreeTicks, millimetreTicks }: Scales,
  width: number,
  sign: string,
): string {
  const line = (y: number) => `<line x1="0" x2="${width}" y1="${y}" y2="${y}" stroke="${GRID}"/>`;
  const text = (x: number, y: number, anchor: string, said: string) =>
    `<text x="${x}" y="${y + 4}" text-anchor="${anchor}" font-size="11" fill="${FAINT}">${said}</text>`;
  return [
    ...degreeTicks.map(
      (tick) => line(degrees(tick)) + text(-10, degrees(tick), "end", `${tick} ${sign}`),
    ),
    ...millimetreTicks.map(
      (tick) =>
        line(millimetres(tick)) + text(width + 10, millimetres(tick), "start", `${tick} mm`),
    ),
  ].join("\n");
}

function panel(
  { year, months }: YearSummary,
  left: number,
  { degrees, millimetres }: Scales,
): string {
  const column = PANEL.width / 12;
  const x = (month: number) => round((month - 0.5) * column);
  const edge = (of: (month: Month) => number) =>
    months.map((month) => `${x(month.month)} ${degrees(of(month))}`);
  const band = [...edge(({ high }) => high), ...edge(({ low }) => low).reverse()].join(" L ");
  const middle = edge(({ high, low }) => (high + low) / 2).join(" L ");
  return `<g transform="translate(${round(left)} 0)">
<text x="${PANEL.width / 2}" y="-12" text-anchor="middle" font-weight="600">${year}</text>
<path d="M ${band} Z" fill="${WARM}" fill-opacity="0.28"/>
<path d="M ${middle}" fill="none" stroke="${WARM}" stroke-width="2.5" stroke-linejoin="round" stroke-linecap="round"/>
${months.map((month) => bar(month, x(month.month), column, millimetres)).join("\n")}
</g>`;
}

function bar(
  { month, precipitation }: Month,
  x: number,
  column: number,
  millimetres: Scale,
): string {
  const top = millimetres(precipitation);
  const width = round(column * 0.62);
  const name = MONTHS[month - 1] ?? "";
  return `<rect x="${round(x - width / 2)}" y="${top}" width="${width}" height="${round(PANEL.height - top)}" rx="1.5" fill="${WET}"><title>${name}: ${precipitation.toFixed(0)} mm</title></rect><text x="${x}" y="${PANEL.height + 16}" text-anchor="middle" font-size="10" fill="${FAINT}">${name.slice(0, 1)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
