import { z } from "zod";
import { defineOperation, type Operation } from "../api/operation.ts";
import { refusal, toError } from "../model/refusal.ts";
import { inLanes } from "../store/in-lanes.ts";
import { describeGroup, describeStream, groupNameOf } from "./describe-logs.ts";
import { formatToken, type Place, pageOfEvents, parseToken } from "./event-page.ts";
import { type Place as FoundPlace, filterEvents } from "./filter-events.ts";
import { parseFilterPattern } from "./filter-pattern.ts";
import { listPage } from "./list-page.ts";
import { invalidParameter, noSuchGroup, noSuchStream } from "./log-refusals.ts";
import type { LogGroup, LogStore } from "./log-store.ts";
import type { LogStream } from "./log-stream.ts";

const GROUP_NAME = /^[.\-_/#A-Za-z0-9]{1,512}$/;
const groupFields = {
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
};
const timeFields = {
  startTime: z.number().min(0).optional(),
  endTime: z.number().min(0).optional(),
  limit: z.int().min(1).max(10_000).optional(),
};
const pageFields = { nextToken: z.string().optional(), limit: z.int().min(1).max(50).optional() };

const placeSchema = z.object({ timestamp: z.number(), stream: z.string(), ordinal: z.number() });

const getLogEvents = defineOperation(
  z.looseObject({
    ...groupFields,
    ...timeFields,
    logStreamName: z.string(),
    nextToken: z.string().optional(),
    startFromHead: z.boolean().optional(),
  }),
  async (input, { tasks }) => {
    const stream = findGroup(tasks.logs, input).streams.get(input.logStreamName);
    if (stream === undefined) throw noSuchStream();
    const place = startOf(input);
    const list = await stream.events(place.direction === "forward" ? place.position : 0);
    const page = pageOfEvents(list, { ...input, place });
    return {
      events: page.events.map((event) => ({ ...event, ingestionTime: event.timestamp })),
      nextForwardToken: formatToken({ direction: "forward", position: page.forward }),
      nextBackwardToken: formatToken({ direction: "backward", position: page.backward }),
    };
  },
);

/** Without a token: from the oldest event on, or the newest ones. */
function startOf(input: {
  nextToken?: string | undefined;
  startFromHead?: boolean | undefined;
}): Place {
  const { nextToken, startFromHead = false } = input;
  if (nextToken === undefined) {
    return startFromHead
      ? { direction: "forward", position: 0 }
      : { direction: "backward", position: Number.MAX_SAFE_INTEGER };
  }
  const place = parseToken(nextToken);
  if (place === undefined) throw invalidParameter("The specified nextToken is invalid.");
  return place;
}

const filterLogEvents = defineOperation(
  z.looseObject({
    ...groupFields,
    ...timeFields,
    logStreamNames: z.array(z.string()).max(100).optional(),
    logStreamNamePrefix: z.string().optional(),
    filterPattern: z.string().optional(),
    nextToken: z.string().optional(),
  }),
  async (input, { tasks }) => {
    const matches = parseFilterPattern(input.filterPattern ?? "");
    if (matches === undefined) {
      throw invalidParameter("Invalid filter pattern (local Fargate knows text terms alone)");
    }
    const after = input.nextToken === undefined ? undefined : readPlace(input.nextToken);
    const streams = chosenStreams(findGroup(tasks.logs, input), input);
    const { events, more } = await filterEvents(streams, { ...input, matches, after });
    const last = events.at(-1);
    return {
      events: events.map(({ stream, ordinal, timestamp, message }) => ({
        logStreamName: stream,
        timestamp,
        message,
        ingestionTime: timestamp,
        eventId: `${String(timestamp).padStart(20, "0")}${String(ordinal).padStart(36, "0")}`,
      })),
      searchedLogStreams: [],
      ...(more && last !== undefined ? { nextToken: writePlace(last) } : {}),
    };
  },
);

function chosenStreams(
  group: LogGroup,
  input: { logStreamNames?: string[] | undefined; logStreamNamePrefix?: string | undefined },
) {
  const { logStreamNames: names, logStreamNamePrefix: prefix = "" } = input;
  if (names !== undefined && prefix !== "") {
    throw invalidParameter("logStreamNamePrefix and logStreamNames are mutually exclusive.");
  }
  const streams = [...group.streams.values()];
  if (names?.some((name) => !group.streams.has(name))) throw noSuchStream();
  return streams.filter(({ name }) => names?.includes(name) ?? name.startsWith(prefix));
}

function writePlace({ timestamp, stream, ordinal }: FoundPlace): string {
  return Buffer.from(JSON.stringify({ timestamp, stream, ordinal })).toString("base64url");
}

function readPlace(token: string): FoundPlace {
  const text = Buffer.from(token, "base64url").toString("utf8");
  const parsed = placeSchema.safeParse(parseJson(text));
  if (!parsed.success) throw invalidParameter("The specified nextToken is invalid.");
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const describeLogGroups = defineOperation(
  z.looseObject({
    ...pageFields,
    logGroupNamePrefix: z.string().optional(),
    logGroupNamePattern: z.string().optional(),
  }),
  async (input, { tasks, region }) => {
    const { logGroupNamePrefix: prefix = "", logGroupNamePattern: pattern = "" } = input;
    const names = tasks.logs.groups().map(({ name }) => name);
    const chosen = names.filter(
      (name) => name.startsWith(prefix) && name.toLowerCase().includes(pattern.toLowerCase()),
    );
    const { items, ...rest } = listPage(chosen.sort(), input);
    const groups = items.flatMap((name) => tasks.logs.group(name) ?? []);
    return { logGroups: groups.map((group) => describeGroup(group, region)), ...rest };
  },
);

const describeLogStreams = defineOperation(
  z.looseObject({
    ...groupFields,
    ...pageFields,
    logStreamNamePrefix: z.string().optional(),
    orderBy: z.enum(["LogStreamName", "LastEventTime"]).optional(),
    descending: z.boolean().optional(),
  }),
  async (input, { tasks, region }) => {
    const { logStreamNamePrefix: prefix, orderBy, descending = false } = input;
    if (orderBy === "LastEventTime" && prefix !== undefined) {
      throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
    }
    const group = findGroup(tasks.logs, input);
    const chosen = [...group.streams.values()].filter(({ name }) => name.startsWith(prefix ?? ""));
    const describe = (one: LogStream) => describeStream(group.name, one, region);
    const byName = chosen.sort((a, b) => (a.name < b.name ? -1 : 1));
    if (orderBy !== "LastEventTime") {
      const { items, ...rest } = listPage(descending ? byName.reverse() : byName, input);
      return { logStreams: await inLanes(items, describe), ...rest };
    }
    const byTime = (await inLanes(byName, describe)).sort(
      (a, b) => (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0),
    );
    const { items, ...rest } = listPage(descending ? byTime.reverse() : byTime, input);
    return { logStreams: items, ...rest };
  },
);

const createLogGroup = defineOperation(
  z.looseObject({ logGroupName: z.string() }),
  async ({ logGroupName: name }, { tasks }) => {
    if (!GROUP_NAME.test(name)) {
      throw invalidParameter(
        `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
      );
    }
    if (tasks.logs.group(name) !== undefined) {
      throw toError(
        refusal("ResourceAlreadyExistsException", "The specified log group already exists"),
      );
    }
    tasks.logs.ensureGroup(name);
    return {};
  },
);

const deleteLogGroup = defineOperation(
  z.looseObject({ logGroupName: z.string() }),
  async ({ logGroupName }, { tasks }) => {
    await tasks.logs.removeGroup(findGroup(tasks.logs, { logGroupName }).name);
    return {};
  },
);

function findGroup(
  logs: LogStore,
  input: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined },
): LogGroup {
  const given = input.logGroupIdentifier ?? input.logGroupName;
  if (given === undefined) {
    throw invalidParameter("Either logGroupName or logGroupIdentifier must be provided.");
  }
  const group = logs.group(groupNameOf(given));
  if (group === undefined) throw noSuchGroup();
  return group;
}

/** CloudWatch Logs' operations, by the name after `Logs_20140328.` in `X-Amz-Target`. */
export const logOperations: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    GetLogEvents: getLogEvents,
    FilterLogEvents: filterLogEvents,
    DescribeLogGroups: describeLogGroups,
    DescribeLogStreams: describeLogStreams,
    CreateLogGroup: createLogGroup,
    DeleteLogGroup: deleteLogGroup,
  }),
);
