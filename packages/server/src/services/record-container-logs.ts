import { containerLogsOf, saveContainerLog } from "../db/container-logs.ts";
import { insertLogs, type NewLog } from "../db/logs.ts";
import { notifyRun } from "../db/notifications.ts";
import type { AttemptRow, Db } from "../db/rows.ts";
import { assertHeldBy, assertOpen, lockAttempt } from "./current-attempt.ts";
import { cut, refusal, withoutNul } from "./input.ts";
import { parsePreciseTime } from "./precise-time.ts";

const MOST_LINES_AT_ONCE = 1_000;
/** Of all containers of an attempt: what writes more is a case for a log store. */
const MOST_LINES = 10_000;
/** The client's own mark on a line that it cut is not to be cut again. */
const LONGEST_LINE = 16 * 1024 + 100;

/** The flow's own container, whose lines the run's process reports itself once it has checked in. */
const FLOW_CONTAINER = "containers[0]";

export interface RecordContainerLogsInput {
  readonly agent: string;
  readonly attemptId: string;
  readonly container: string;
  readonly lines: readonly Line[];
}

interface Line {
  readonly timestamp: string;
  readonly message: string;
}

export interface RecordedContainerLogs {
  readonly cursor: string;
  readonly startedAt: Date | null;
}

/**
 * Keeps lines that a container wrote, each once: those that are not after the last one kept are passed over. Of an
 * attempt so many are kept and no more, and the last one says so. Throws `ATTEMPT_SUPERSEDED` or `INVALID_ARGUMENT`.
 */
export async function recordContainerLogs(
  tx: Db,
  input: RecordContainerLogsInput,
): Promise<RecordedContainerLogs> {
  const container = checkContainer(input.container);
  const lines = parseLines(input.lines);
  const locked = await lockAttempt(tx, input.attemptId);
  assertHeldBy(input.agent, locked);
  assertOpen(locked);
  const { attempt, run } = locked;
  const known = await containerLogsOf(tx, [attempt.id]);
  const before = known.find((log) => log.container === container)?.cursor ?? "";
  const cursor = [before, ...lines.map(({ timestamp }) => timestamp)].sort().at(-1) ?? before;
  const count = known.reduce((sum, log) => sum + log.lines, 0);
  const kept = withinBounds(lines.filter(isWanted(attempt, container, before)), count, container);
  await insertLogs(tx, { flowRunId: run.id, attempt: attempt.number }, kept);
  await saveContainerLog(tx, { attemptId: attempt.id, container, cursor, lines: kept.length });
  if (kept.length > 0) await notifyRun(tx, run.id);
  return { cursor, startedAt: attempt.swappedAt };
}

/** By its place alone: a container's name is the author's. */
function checkContainer(container: string): string {
  if (/^[A-Za-z]{1,40}\[\d{1,3}\]$/.test(container)) return container;
  throw refusal("input.container", container, "a place in the specification, like containers[1]");
}

function parseLines(lines: readonly Line[]): readonly Line[] {
  const { length } = lines;
  if (length === 0 || length > MOST_LINES_AT_ONCE)
    throw refusal("input.lines", length, `1 to ${MOST_LINES_AT_ONCE} lines`);
  return lines.map(({ timestamp, message }, index) => ({
    timestamp: parsePreciseTime(`input.lines[${index}].timestamp`, timestamp),
    message: withoutNul(cut(message, LONGEST_LINE)),
  }));
}

function isWanted({ swappedAt }: AttemptRow, container: string, after: string) {
  const until = container === FLOW_CONTAINER ? swappedAt?.toISOString() : undefined;
  return ({ timestamp }: Line) =>
    timestamp > after && (until === undefined || timestamp < until.replace("Z", "000000Z"));
}

/** What there is room for; where that is not all of them, with a last line that says so, once. */
function withinBounds(lines: readonly Line[], count: number, container: string): readonly NewLog[] {
  const room = Math.max(0, MOST_LINES - count);
  const kept = lines.slice(0, room).map((line) => logOf(line, "info", container));
  const first = lines[room];
  if (first === undefined || count > MOST_LINES) return kept;
  const message = `What containers write from here on is left out: ${MOST_LINES} lines of an attempt are kept`;
  return [...kept, logOf({ ...first, message }, "warning", container)];
}

function logOf({ timestamp, message }: Line, level: string, container: string): NewLog {
  return { timestamp, level, message, taskSlug: null, mapIndex: null, container };
}
