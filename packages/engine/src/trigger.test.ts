import { Flow, type FlowTask, type State, task } from "@slipway/core";
import { expect, it } from "vitest";
import type { TaskOutcome } from "./task-outcome.ts";
import { triggerFailure } from "./trigger.ts";

const first = task("first", () => 1);
const second = task("second", () => 2);

it.each([
  ["Success", undefined],
  ["Failed", "first"],
  ["TriggerFailed", "first"],
  ["Cancelled", "first"],
] as const)("an upstream that ended %s: the task's trigger fails for %s", (type, name) => {
  const flow = new Flow("f", {}, () => second({}, { upstreamTasks: [first()] }));
  const state: State = { type, timestamp: "2026-01-01T00:00:00.000Z" };
  const outcomes = new Map<FlowTask, TaskOutcome>();
  const [upstream, downstream] = flow.tasks;
  if (upstream === undefined || downstream === undefined) throw new Error("the flow has no tasks");
  outcomes.set(upstream, { state });
  const message =
    name && `Trigger was "all_successful" but some of the upstream tasks failed: ${name}`;
  expect(triggerFailure(downstream, outcomes)).toBe(message);
});
