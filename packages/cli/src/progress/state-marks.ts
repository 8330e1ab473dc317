import type { StateType } from "@slipway/core";
import type { Colors } from "../output.ts";

interface Mark {
  readonly symbol: string;
  readonly color: keyof Pick<Colors, "green" | "red" | "cyan" | "dim" | "yellow">;
}

/** How each state looks. */
export const MARKS: { readonly [Type in StateType]: Mark } = {
  Pending: { symbol: "○", color: "dim" },
  Scheduled: { symbol: "◷", color: "dim" },
  Submitted: { symbol: "◔", color: "cyan" },
  Running: { symbol: "●", color: "cyan" },
  Success: { symbol: "✔", color: "green" },
  Mapped: { symbol: "✔", color: "green" },
  Failed: { symbol: "✖", color: "red" },
  TriggerFailed: { symbol: "⊘", color: "yellow" },
  Cancelling: { symbol: "◌", color: "yellow" },
  Cancelled: { symbol: "⊘", color: "yellow" },
};

export function colorOf(type: StateType, colors: Colors): (text: string) => string {
  return colors[MARKS[type].color];
}

/** For example `40 ms`, `1.4 s`, `12 s` or `3 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
