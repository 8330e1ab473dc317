import { assertCanBecome, isFinished, type State, type StateType } from "@slipway/core";

/** Where a flow run or task run stands. */
export interface Position {
  readonly stateType: StateType;
  readonly stateVersion: number;
  readonly startTime: string | null;
  readonly endTime: string | null;
}

export interface Advanced extends Position {
  readonly state: State;
  /** The states on the way, each with its version. */
  readonly history: readonly { readonly version: number; readonly state: State }[];
}

/**
 * Carries a run through the states in order: versions grow by one, the first Running starts it, the
 * last finish ends it. Undefined where there is none. Throws `ILLEGAL_TRANSITION`.
 */
export function advance(from: Position, states: readonly State[]): Advanced | undefined {
  let position = from;
  const history = states.map((state) => {
    if (!isFirst(position, state)) assertCanBecome(position.stateType, state.type);
    position = enter(position, state);
    return { version: position.stateVersion, state };
  });
  const state = states.at(-1);
  return state && { ...position, state, history };
}

/** What has no state yet may be told the one that it is taken to be in. */
function isFirst({ stateType, stateVersion }: Position, state: State): boolean {
  return stateVersion === 0 && stateType === state.type;
}

/** Where a run stands after `state`, whatever it was in before. */
function enter({ stateVersion, startTime }: Position, state: State): Position {
  const isFirstStart = state.type === "Running" && startTime === null;
  return {
    stateType: state.type,
    stateVersion: stateVersion + 1,
    startTime: isFirstStart ? state.timestamp : startTime,
    endTime: isFinished(state) ? state.timestamp : null,
  };
}

/** A row of the database as a position. */
export function positionOf(row: {
  readonly stateType: StateType;
  readonly stateVersion: number;
  readonly startTime: Date | null;
  readonly endTime: Date | null;
}): Position {
  const { stateType, stateVersion, startTime, endTime } = row;
  return {
    stateType,
    stateVersion,
    startTime: startTime?.toISOString() ?? null,
    endTime: endTime?.toISOString() ?? null,
  };
}
