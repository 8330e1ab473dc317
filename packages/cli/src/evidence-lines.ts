import { isPlainObject } from "@slipway/core";
import { columns } from "./table.ts";

type Facts = Readonly<Record<string, unknown>>;

/** Pods have these when they do well, so only their absence tells something. */
const OF_THE_HEALTHY = [
  "PodScheduled",
  "PodReadyToStartContainers",
  "Initialized",
  "ContainersReady",
  "Ready",
];

/** What a cluster said of an attempt, as it is kept in a diagnosis' evidence; nothing where there is no such thing. */
export function evidenceLines(evidence: unknown): readonly string[] {
  if (!isPlainObject(evidence)) return [];
  const { podPhase, jobConditions, podConditions, containers, events } = evidence;
  if (podPhase === undefined && jobConditions === undefined) return [];
  return [
    ...section("containers", factsIn(containers).map(containerRow)),
    ...section("conditions", [
      ...factsIn(jobConditions).map((condition) => conditionRow("Job", condition)),
      ...factsIn(podConditions)
        .filter(isTelling)
        .map((condition) => conditionRow("Pod", condition)),
    ]),
    ...section("events", factsIn(events).map(eventRow)),
  ];
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  return [`  ${title}:`, ...columns(rows).map((line) => `    ${line}`)];
}

function containerRow(container: Facts): readonly string[] {
  const { place, lastState, restartCount, memoryLimit } = container;
  const state = stateText(container);
  const last = isPlainObject(lastState) ? stateText(lastState) : "";
  const more = [
    ...(Number(restartCount) > 0 ? [times("restart", Number(restartCount))] : []),
    ...(last ? [`before that: ${last}`] : []),
    ...(memoryLimit === undefined ? [] : [`memory limit ${text(memoryLimit)}`]),
  ];
  return [text(place), [state, ...more].filter(Boolean).join(", ")];
}

function stateText({ exitCode, signal, reason, message, waits, startedAt }: Facts): string {
  const code = exitCode === undefined ? [] : [`exit code ${text(exitCode)}`];
  const ended = signal === undefined ? code : [...code, `signal ${text(signal)}`];
  const words = [text(reason), text(message)].filter(Boolean).join(": ");
  const state = waits === true ? `waits: ${words}` : words;
  if (ended.length === 0 && state === "") return startedAt === undefined ? "" : "running";
  return [...ended, ...(state === "" ? [] : [state])].join(", ");
}

function isTelling({ type, status }: Facts): boolean {
  return !OF_THE_HEALTHY.includes(text(type)) || status !== "True";
}

function conditionRow(of: string, { type, status, reason, message }: Facts): readonly string[] {
  return [of, `${text(type)} ${text(status)}`, saying(reason, message)];
}

function eventRow({ at, of, count, reason, message }: Facts): readonly string[] {
  const repeated = Number(count) > 1 ? `${text(count)}×` : "";
  return [text(at), text(of), repeated, saying(reason, message)];
}

function saying(reason: unknown, message: unknown): string {
  return [text(reason), text(message)].filter(Boolean).join(": ").replace(/\s+/g, " ");
}

function times(noun: string, count: number): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function factsIn(value: unknown): readonly Facts[] {
  return Array.isArray(value) ? value.filter(isPlainObject) : [];
}

function text(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}
