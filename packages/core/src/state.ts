import { SlipwayError } from "./errors.ts";

/** Where a kept value stands; the value itself never reaches the server. */
export interface ResultReference {
  /** A path or URL that the reader of the result can open. */
  readonly location: string;
  readonly contentType?: string;
}

interface StateFields {
  /** When the run entered the state: ISO 8601 in UTC. */
  readonly timestamp: string;
  /** One line for a person. */
  readonly message?: string;
}

/**
 * What a flow run or task run is in. Plain frozen data: it is stored, sent and compared as JSON.
 * `Submitted` means that an agent holds the run and launches it; `Mapped` is the success of a task
 * that ran once for each element; `TriggerFailed` means that the task did not run because an upstream failed;
 * `Cancelling` means that somebody asked for the run's end and its infrastructure is not known to be gone yet.
 */
export type State =
  | (StateFields & { readonly type: "Pending" })
  | (StateFields & { readonly type: "Scheduled"; readonly startAt: string })
  | (StateFields & { readonly type: "Submitted" })
  | (StateFields & { readonly type: "Running" })
  | (StateFields & { readonly type: "Success"; readonly result?: ResultReference })
  | (StateFields & { readonly type: "Mapped"; readonly children: number })
  | (StateFields & { readonly type: "Failed"; readonly cause?: string })
  | (StateFields & { readonly type: "TriggerFailed" })
  | (StateFields & { readonly type: "Cancelling" })
  | (StateFields & { readonly type: "Cancelled" });

export type StateType = State["type"];

/**
 * The life of a run as one table. Engine, server and web read this and nothing else.
 * `Failed` and `TriggerFailed` may go back to `Pending` or `Scheduled` because a later attempt
 * of the same run tries again; what failed stays in the history.
 */
const NEXT: { readonly [From in StateType]: readonly StateType[] } = {
  Pending: ["Scheduled", "Running", "Mapped", "Success", "Failed", "TriggerFailed", "Cancelled"],
  Scheduled: ["Submitted", "Running", "Failed", "Cancelled"],
  Submitted: ["Running", "Scheduled", "Failed", "Cancelling", "Cancelled"],
  Running: ["Success", "Mapped", "Failed", "Scheduled", "Pending", "Cancelling", "Cancelled"],
  Success: [],
  Mapped: [],
  Failed: ["Scheduled", "Pending"],
  TriggerFailed: ["Pending"],
  Cancelling: ["Cancelled", "Success", "Failed"],
  Cancelled: [],
};

export const STATE_TYPES: readonly StateType[] = Object.freeze(
  Object.keys(NEXT).filter((type): type is StateType => isStateType(type)),
);

/** Tells whether a text names a state. */
export function isStateType(value: unknown): value is StateType {
  return typeof value === "string" && Object.hasOwn(NEXT, value);
}

/** Tells whether a run in `from` may become `to`. */
export function canBecome(from: StateType, to: StateType): boolean {
  return NEXT[from].includes(to);
}

/** Throws `ILLEGAL_TRANSITION` where a run in `from` may not become `to`. */
export function assertCanBecome(from: StateType, to: StateType): void {
  if (canBecome(from, to)) return;
  const allowed = NEXT[from].join(" or ") || "nothing: it has ended";
  throw new SlipwayError(
    "ILLEGAL_TRANSITION",
    `A ${from} run cannot become ${to} (it can become ${allowed})`,
    { from, to },
  );
}

export function isFinished(state: { readonly type: StateType }): boolean {
  return isSuccessful(state) || isFailed(state) || state.type === "Cancelled";
}

export function isSuccessful(state: { readonly type: StateType }): boolean {
  return state.type === "Success" || state.type === "Mapped";
}

export function isFailed(state: { readonly type: StateType }): boolean {
  return state.type === "Failed" || state.type === "TriggerFailed";
}
