import type { Infrastructure } from "@slipway/core";

/** What an agent does, as data. No event holds a token or an argument of an environment. */
export type AgentEvent =
  | { readonly kind: "claimed" | "adopted" | "superseded"; readonly run: RunName }
  | {
      readonly kind: "launched" | "found" | "stopping";
      readonly run: RunName;
      readonly infrastructure: Infrastructure;
    }
  | {
      readonly kind: "ended";
      readonly run: RunName;
      readonly cause: string;
      readonly message: string;
    }
  | { readonly kind: "waits"; readonly run: RunName; readonly message: string }
  | { readonly kind: "trouble"; readonly doing: string; readonly message: string };

export interface RunName {
  readonly flowRunId: string;
  readonly flowRunName: string;
  readonly flow: string;
  readonly attempt: number;
  readonly attemptId: string;
}

/** Gets a line for a person, and the same as data. */
export type Log = (message: string, event: AgentEvent) => void;

/** One line for a person. */
export function lineOf(event: AgentEvent): string {
  if (event.kind === "trouble") return `${event.doing} failed, trying again: ${event.message}`;
  const { flowRunName, flow, attempt } = event.run;
  const run = `${flowRunName} (${flow}, attempt ${attempt})`;
  switch (event.kind) {
    case "claimed":
      return `claimed ${run}`;
    case "adopted":
      return `looks after ${run} again`;
    case "superseded":
      return `${run} is another agent's now`;
    case "launched":
      return `launched ${run} as ${event.infrastructure.kind} ${event.infrastructure.id}`;
    case "found":
      return `found ${run}: ${event.infrastructure.kind} ${event.infrastructure.id}`;
    case "stopping":
      return `asked for the end of ${event.infrastructure.kind} ${event.infrastructure.id} of ${run}`;
    case "waits":
      return `${run} ${event.message}`;
    case "ended":
      return `ended ${run}: ${event.cause}: ${event.message}`;
  }
}
