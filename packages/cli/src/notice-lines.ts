import type { Notice } from "@slipway/environments/plan";

/** A line for each thing that an author should know and that is no error. */
export function noticeLines(notices: readonly Notice[]): readonly string[] {
  return notices.map(({ path, message }) => `  note: \`${path}\` ${message}`);
}
