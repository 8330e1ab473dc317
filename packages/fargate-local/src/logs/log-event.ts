/** One line of a container's output. Times in milliseconds since 1970, as CloudWatch Logs has them. */
export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** Events of one stream by their ordinal, which an event keeps for good: `first` is the oldest that is kept. */
export interface EventList {
  readonly first: number;
  /** One more than the newest. */
  readonly end: number;
  at(ordinal: number): LogEvent;
}

/** What CloudWatch Logs counts of an event besides its text. */
const EVENT_OVERHEAD_BYTES = 26;
/** The largest event that the log driver sends. */
export const MAX_MESSAGE_BYTES = 256 * 1024 - EVENT_OVERHEAD_BYTES;

const TIME_CHARACTERS = "2026-01-01T00:00:00.000Z".length;

/** An event as a line of a file: a person reads it, and the time has a fixed length. */
export function formatEvent({ timestamp, message }: LogEvent): string {
  return `${new Date(timestamp).toISOString()} ${message}\n`;
}

export function parseEvent(line: string): LogEvent {
  const timestamp = Date.parse(line.slice(0, TIME_CHARACTERS));
  return {
    timestamp: Number.isNaN(timestamp) ? 0 : timestamp,
    message: line.slice(TIME_CHARACTERS + 1),
  };
}

export function eventBytes({ message }: LogEvent): number {
  return Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
}
