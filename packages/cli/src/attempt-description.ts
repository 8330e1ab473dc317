import type { Attempt, AttemptDetail } from "@slipway/client";
import { isPlainObject, type Span, spansOf, type Timeline } from "@slipway/core";
import { evidenceLines } from "./evidence-lines.ts";
import { duration } from "./progress/state-marks.ts";

const BAR = 40;
/** Lines of the container's log that a page shows; `--json` has all that are kept. */
const TAIL = 20;

/** What is known of an attempt beyond one line: what it waits for, its waterfall, what it used and last wrote. */
export function describeAttempt(
  attempt: AttemptDetail,
  all: readonly AttemptDetail[] = [attempt],
): readonly string[] {
  const { diagnosis } = attempt;
  const waits = attempt.status ? [`  ${attempt.status}`] : [];
  const failed = isPlainObject(diagnosis) && !endedWell(diagnosis);
  const lines = [
    ...waits,
    ...whereLines(attempt, all),
    ...waterfall(spansOf(withClaim(attempt))),
    ...usageLines(attempt.usage),
    ...(failed ? evidenceLines(diagnosis["evidence"]) : []),
    ...tailLines(attempt.logTail),
  ];
  return lines.length === 0 ? [] : ["", `Attempt ${attempt.number}`, ...lines];
}

/** A container that ended with 0 has no failure to tell. */
export function endedWell({ cause, evidence }: Readonly<Record<string, unknown>>): boolean {
  const containers = isPlainObject(evidence) ? evidence["containers"] : undefined;
  const flow: unknown = Array.isArray(containers) ? containers[0] : undefined;
  return cause === "EssentialContainerExited" && isPlainObject(flow) && flow["exitCode"] === 0;
}

/** Job and pods bear the attempt for which they were launched: the first of those that have this Job. */
function whereLines(
  { infrastructure, endedAt }: AttemptDetail,
  all: readonly AttemptDetail[],
): readonly string[] {
  if (!isPlainObject(infrastructure) || infrastructure["kind"] !== "KubernetesJob") return [];
  const { id } = infrastructure;
  const launched = all.find(
    (other) => isPlainObject(other.infrastructure) && other.infrastructure["id"] === id,
  );
  const kept = endedAt === null ? "" : " (while it is kept)";
  const label = `slipway.dev/identifier=${launched?.id ?? ""}`;
  return [`  its Job${kept}: kubectl get jobs,pods -A -l ${label}`];
}

/** For example `$0.000123`; four figures that count, since a run costs little. */
export function money(amount: number, currency: string): string {
  const text = amount === 0 ? "0" : amount.toPrecision(amount < 1 ? 3 : 4);
  return currency === "USD" ? `$${text}` : `${text} ${currency}`;
}

/** A bar for each stretch, to one scale. */
function waterfall(spans: readonly Span[]): readonly string[] {
  const [first] = spans;
  if (first === undefined) return [];
  const from = Date.parse(first.startAt);
  const whole = Math.max(1, ...spans.map(({ endAt }) => Date.parse(endAt) - from));
  const width = Math.max(...spans.map(({ name }) => name.length));
  return spans.map(({ name, startAt, milliseconds }) => {
    const before = Math.round(((Date.parse(startAt) - from) / whole) * BAR);
    const length = Math.max(1, Math.round((milliseconds / whole) * BAR));
    const bar = `${" ".repeat(Math.min(before, BAR - 1))}${"▬".repeat(length)}`.padEnd(BAR + 1);
    return `  ${name.padEnd(width)}  ${bar} ${duration(milliseconds)}`;
  });
}

function withClaim({ timeline, createdAt }: Attempt): Timeline {
  const steps = isPlainObject(timeline) ? Object.entries(timeline) : [];
  const texts = steps.filter((step): step is [string, string] => typeof step[1] === "string");
  return { ...Object.fromEntries(texts), claimedAt: createdAt };
}

function usageLines(usage: Attempt["usage"]): readonly string[] {
  if (usage === null) return [];
  const cpu = share(usage.cpuPeak, usage.cpuLimit, "vCPU");
  const memory = share(usage.memoryPeakMiB, usage.memoryLimitMiB, "MiB");
  const used = [memory && `memory ${memory}`, cpu && `CPU ${cpu}`].filter(Boolean);
  return used.length === 0 ? [] : [`  used at most: ${used.join(", ")}`];
}

function share(peak: number | undefined, limit: number | undefined, unit: string) {
  if (peak === undefined) return undefined;
  const figure = (value: number) =>
    value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
  return `${figure(peak)}${limit !== undefined ? ` of ${figure(limit)}` : ""} ${unit}`;
}

function tailLines(tail: readonly string[]): readonly string[] {
  if (tail.length === 0) return [];
  const shown = tail.slice(-TAIL);
  const more = tail.length > shown.length ? ` (of ${tail.length} kept: --json)` : "";
  return [`  last lines of its container${more}:`, ...shown.map((line) => `    ${line}`)];
}
