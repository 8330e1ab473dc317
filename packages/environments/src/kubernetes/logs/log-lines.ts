import type { ContainerLine } from "@slipway/core";

/** The longest line that is kept, in characters: a program may write without ever ending a line. */
export const LONGEST_LINE = 32_768;

const STAMPED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d) ?(.*)$/s;

/** A line as the API gives it when asked for timestamps; undefined where it has none, as where the kubelet speaks itself. */
export function parseLine(line: string): ContainerLine | undefined {
  const [, seconds = "", fraction = "", zone = "", message = ""] = STAMPED.exec(line) ?? [];
  if (seconds === "") return undefined;
  const utc = zone === "Z" ? seconds : inUtc(`${seconds}${zone}`);
  // All with nine digits and in UTC, so that the texts are in the order of the times.
  const timestamp = `${utc}.${fraction.padEnd(9, "0").slice(0, 9)}Z`;
  return { timestamp, message: message.replace(/\r$/, "") };
}

function inUtc(time: string): string {
  return new Date(time).toISOString().slice(0, 19);
}
