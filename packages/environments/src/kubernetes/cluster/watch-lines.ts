import type { JsonObject, SlipwayError } from "@slipway/core";
import { isObject, textOf } from "../../plain-read.ts";
import type { KubeApi } from "../api/kube-api.ts";
import { refusalError, unansweredError } from "../api/kube-errors.ts";
import type { Collection } from "./list-pages.ts";

/** The server ends a watch by itself; a little apart, so that not all come back at once. */
const WATCH_SECONDS = 240;
const SPREAD_SECONDS = 60;
/** The server sends a bookmark about every minute, so a connection that is silent for longer is dead. */
const SILENCE_MS = 150_000;

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: JsonObject;
  /** Of the object: where to go on watching from. */
  readonly resourceVersion: string;
}

export interface WatchOptions {
  /** Where to begin. */
  readonly resourceVersion: string;
  readonly signal: AbortSignal;
  /** Told when the server has begun to answer: where nothing changes, no more may come for a minute. */
  readonly onAnswer?: () => void;
  readonly silenceMs?: number;
}

/**
 * What changes in a collection from a version on, until the server ends the watch or the signal is aborted. Throws
 * where nothing comes for so long that nobody can be there.
 */
export async function* watchEvents(
  api: KubeApi,
  { name, path, labelSelector }: Collection,
  { resourceVersion, signal, onAnswer, silenceMs = SILENCE_MS }: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceMs);
  const call = {
    operation: `watch ${name}`,
    method: "GET" as const,
    path,
    query: {
      watch: true,
      allowWatchBookmarks: true,
      labelSelector,
      resourceVersion,
      timeoutSeconds: WATCH_SECONDS + Math.floor(Math.random() * SPREAD_SECONDS),
    },
    ...(onAnswer === undefined ? {} : { onAnswer }),
  };
  try {
    for await (const line of api.lines(call, AbortSignal.any([signal, silence.signal]))) {
      timer.refresh();
      const event = parseEvent(line, call.operation);
      if (event !== undefined) yield event;
    }
    if (silence.signal.aborted && !signal.aborted) throw silent(call.operation, api.endpoint);
  } finally {
    clearTimeout(timer);
  }
}

function silent(operation: string, endpoint: string): SlipwayError {
  return unansweredError(new Error("nothing comes any more"), { operation, endpoint });
}

/** Throws what the server says in an event of type ERROR. */
function parseEvent(line: string, operation: string): WatchEvent | undefined {
  if (line.trim() === "") return undefined;
  const { type, object } = JSON.parse(line);
  if (type === "ERROR") {
    const status = Number(object?.code ?? 500);
    throw refusalError({ operation, status, text: JSON.stringify(object ?? {}) });
  }
  if (!isObject(object)) return undefined;
  const metadata = isObject(object["metadata"]) ? object["metadata"] : {};
  return { type, object, resourceVersion: textOf(metadata["resourceVersion"]) ?? "" };
}
