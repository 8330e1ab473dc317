import { isFinished, type State, type StateType } from "@slipway/core";
import type { Colors } from "../output.ts";
import { countChildren, type RunProgress, type TaskProgress } from "./run-progress.ts";
import { colorOf, duration, MARKS } from "./state-marks.ts";

export interface TreeSize {
  readonly columns: number;
  readonly rows: number;
}

export interface TreeOptions extends TreeSize {
  readonly colors: Colors;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const SPINNER_MS = 80;

/** A run as lines for a terminal, none longer or more than fit on it. */
export function treeLines(progress: RunProgress, options: TreeOptions): readonly string[] {
  const room = Math.max(3, options.rows - 3);
  const { shown, hidden } = choose(progress.tasks, room);
  const width = Math.max(0, ...shown.map(({ slug }) => slug.length));
  const rest = hidden.length > 0 ? [`└─ … ${summary(hidden)}`] : [];
  return [
    headLine(progress, options),
    ...shown.map((task, index) => {
      const last = index === shown.length - 1 && rest.length === 0;
      return taskLine(task, last ? "└─" : "├─", width, options);
    }),
    ...rest.map((line) => options.colors.dim(line)),
  ];
}

/** All tasks where there is room; otherwise those that go or have failed first, still in order. */
function choose(tasks: readonly TaskProgress[], room: number) {
  if (tasks.length <= room) return { shown: tasks, hidden: [] };
  const byInterest = [...tasks].sort((a, b) => interest(b) - interest(a));
  const chosen = new Set(byInterest.slice(0, room - 1));
  return {
    shown: tasks.filter((task) => chosen.has(task)),
    hidden: tasks.filter((task) => !chosen.has(task)),
  };
}

const INTEREST: { readonly [Type in StateType]: number } = {
  Running: 4,
  Failed: 3,
  TriggerFailed: 2,
  Cancelling: 3,
  Cancelled: 2,
  Submitted: 1,
  Scheduled: 1,
  Pending: 1,
  Success: 0,
  Mapped: 0,
};

function interest({ state }: TaskProgress): number {
  return INTEREST[state?.type ?? "Pending"];
}

function summary(tasks: readonly TaskProgress[]): string {
  const done = tasks.filter(({ state }) => state && isFinished(state)).length;
  return `${tasks.length} more tasks, ${done} of them finished`;
}

function headLine({ title, state, startedAt, status }: RunProgress, options: TreeOptions): string {
  const { colors, now, columns } = options;
  const type = state?.type ?? "Pending";
  const message = status ?? state?.message;
  const said = `${type}${elapsed(state, startedAt, now)}${message ? ` · ${message}` : ""}`;
  const cut = fit(title, said, columns - 2);
  return `${mark(type, options)} ${colors.bold(cut.name)}  ${colorOf(type, colors)(cut.said)}`;
}

function taskLine(task: TaskProgress, branch: string, width: number, options: TreeOptions): string {
  const { colors, now, columns } = options;
  const type = task.state?.type ?? "Pending";
  const cut = fit(task.slug.padEnd(width), told(task, type, now), columns - 5);
  const color = colorOf(type, colors);
  return `${colors.dim(branch)} ${mark(type, options)} ${cut.name}  ${color(cut.said)}`.trimEnd();
}

function told(task: TaskProgress, type: StateType, now: number): string {
  const { state, startedAt, children } = task;
  if (!state && children.size === 0) return "";
  const { total, finished, failed } = countChildren(task);
  const count = total > 0 ? ` ${finished}/${total}${failed > 0 ? ` · ${failed} failed` : ""}` : "";
  return `${type}${count}${elapsed(state, startedAt, now)}${remark(state)}`;
}

/** Why a task failed or waits, or where its result is. */
function remark(state: State | undefined): string {
  if (!state || state.type === "Mapped") return "";
  if (state.type === "Success") return state.result ? ` → ${state.result.location}` : "";
  return state.message ? ` · ${state.message}` : "";
}

function elapsed(state: State | undefined, startedAt: string | undefined, now: number): string {
  if (!startedAt) return "";
  const end = state && isFinished(state) ? Date.parse(state.timestamp) : now;
  return ` ${duration(end - Date.parse(startedAt))}`;
}

function mark(type: StateType, { colors, now }: TreeOptions): string {
  const frame = SPINNER[Math.floor(now / SPINNER_MS) % SPINNER.length] ?? "";
  return colorOf(type, colors)(type === "Running" ? frame : MARKS[type].symbol);
}

/** Cuts what is said, then the name, to the columns; one line stays one line. */
function fit(name: string, said: string, columns: number) {
  const line = said.replaceAll(/\s+/g, " ");
  const cutName = cut(name, columns);
  return { name: cutName, said: cut(line, columns - cutName.length - 2) };
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return length <= 1 ? "" : `${text.slice(0, length - 1)}…`;
}
