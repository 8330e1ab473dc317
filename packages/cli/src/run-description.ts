import type { Attempt, AttemptDetail, FlowRunDetail } from "@slipway/client";
import { isPlainObject, type State } from "@slipway/core";
import { describeAttempt, endedWell, money } from "./attempt-description.ts";
import { nameOf } from "./progress/plain-lines.ts";
import { table } from "./table.ts";

/** A flow run as a page for a person. */
export function describeRun(run: FlowRunDetail): readonly string[] {
  const { flowVersion, state } = run;
  const facts: readonly (readonly [string, string])[] = [
    ["flow run", `${run.name} (${run.id})`],
    [
      "flow",
      `${flowVersion.flow.name}, version ${flowVersion.version}, project ${flowVersion.flow.project.name}`,
    ],
    ["environment", flowVersion.environmentType],
    ["image", flowVersion.image],
    ["parameters", JSON.stringify(run.parameters)],
    ["state", stateText(state)],
    ["created", run.createdAt],
    ["started", run.startTime ?? "not yet"],
    ["ended", run.endTime ?? "not yet"],
    ...run.attempts.map((attempt) => [`attempt ${attempt.number}`, attemptText(attempt)] as const),
    ...costFacts(run.attempts),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const rows = run.taskRuns.map(({ taskSlug, mapIndex, state: taskState }) => [
    nameOf(taskSlug, mapIndex),
    stateText(taskState),
  ]);
  const tasks = rows.length > 0 ? ["", ...table(["TASK", "STATE"], rows)] : [];
  const attempts = run.attempts.flatMap((attempt) => describeAttempt(attempt, run.attempts));
  return [
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    ...tasks,
    ...attempts,
  ];
}

function attemptText(attempt: AttemptDetail): string {
  const { agentName, infrastructure, diagnosis, successor } = attempt;
  const launched = isPlainObject(infrastructure)
    ? `${String(infrastructure["kind"])} ${String(infrastructure["id"])}`
    : "nothing launched yet";
  const end = isPlainObject(diagnosis) ? `; ${endText(diagnosis)}` : "";
  const next = successor === null ? "" : `; the platform went on with attempt ${successor.number}`;
  return `${launched}, by agent ${agentName ?? "(none)"}${end}${next}`;
}

function endText(diagnosis: Readonly<Record<string, unknown>>): string {
  const { cause, message } = diagnosis;
  return endedWell(diagnosis) ? "ended with exit code 0" : `${String(cause)}: ${String(message)}`;
}

/** What all attempts cost together, in each currency. */
function costFacts(attempts: readonly Attempt[]): readonly (readonly [string, string])[] {
  const sums = new Map<string, number>();
  for (const { cost } of attempts) {
    if (!isPlainObject(cost)) continue;
    const currency = String(cost["currency"]);
    sums.set(currency, (sums.get(currency) ?? 0) + Number(cost["amount"]));
  }
  return [...sums].map(([currency, amount]) => ["cost", money(amount, currency)] as const);
}

function stateText(state: State): string {
  const result =
    state.type === "Success" && state.result ? ` (result: ${state.result.location})` : "";
  return `${state.type}${state.message ? `: ${state.message}` : ""}${result}`;
}
