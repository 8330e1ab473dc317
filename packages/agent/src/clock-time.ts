/** A moment as people read it in a line: `12:04:05Z`. */
export function clockTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)}Z`;
}
