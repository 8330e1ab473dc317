/** Milliseconds since 1970; undefined where the API gives no time, or none that can be read. */
export function millisecondsOf(at: string | undefined): number | undefined {
  const time = Date.parse(at ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** The latest of the times that are known; 0 where none is. */
export function latestOf(times: readonly (string | undefined)[]): number {
  return Math.max(0, ...times.flatMap((at) => millisecondsOf(at) ?? []));
}
