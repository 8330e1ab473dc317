import type { GetLogEventsCommandInput, OutputLogEvent } from "@aws-sdk/client-cloudwatch-logs";
import type { Scrubber } from "../scrub.ts";
import type { CloudClients } from "./cloud-clients.ts";
import { cloudCall, exceptionOf } from "./cloud-error.ts";
import type { LogPlace } from "./log-place.ts";

/** "Up to 10,000 log events" (AWS, GetLogEvents). */
const MOST_EVENTS = 10_000;
/** A page may be empty although there are more before it. */
const MOST_PAGES = 5;

export interface LogReader {
  readonly clients: CloudClients;
  readonly scrubber: Scrubber;
}

/** The last lines of a stream, oldest first; none where the group or the stream is not there. */
export async function readLogTail(
  reader: LogReader,
  { group, stream, region }: LogPlace,
  most: number,
): Promise<readonly string[]> {
  let lines: readonly string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES && lines.length < most; page += 1) {
    const answer = await readPage(reader, region, {
      logGroupName: group,
      logStreamName: stream,
      limit: Math.min(most - lines.length, MOST_EVENTS),
      startFromHead: false,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    lines = [...answer.events.map(lineOf), ...lines];
    // The same token again means that the stream's beginning is reached.
    if (answer.before === undefined || answer.before === nextToken) break;
    nextToken = answer.before;
  }
  return lines.slice(-most).map(reader.scrubber.text);
}

async function readPage(
  { clients, scrubber }: LogReader,
  region: string | undefined,
  input: GetLogEventsCommandInput,
): Promise<{ readonly events: readonly OutputLogEvent[]; readonly before?: string | undefined }> {
  const call = {
    service: "CloudWatch Logs",
    operation: "GetLogEvents",
    endpoint: clients.endpoint,
    scrubber,
  };
  try {
    const { events = [], nextBackwardToken } = await cloudCall(call, async () => {
      const { sdk, client } = await clients.logs(region);
      return client.send(new sdk.GetLogEventsCommand(input));
    });
    return { events, before: nextBackwardToken };
  } catch (error) {
    if (exceptionOf(error) === "ResourceNotFoundException") return { events: [] };
    throw error;
  }
}

function lineOf({ message = "" }: OutputLogEvent): string {
  return message.replace(/\r?\n$/, "");
}
