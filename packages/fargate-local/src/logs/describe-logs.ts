import { logGroupArn } from "../model/arn.ts";
import type { LogGroup } from "./log-store.ts";
import type { LogStream } from "./log-stream.ts";

/** A group in the shape that DescribeLogGroups answers. */
export function describeGroup({ name, createdAt }: LogGroup, region: string) {
  const arn = logGroupArn(region, name);
  return {
    logGroupName: name,
    creationTime: createdAt,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    storedBytes: 0,
    logGroupClass: "STANDARD",
    logGroupArn: arn,
  };
}

/** A stream in the shape that DescribeLogStreams answers; one without events has no times of events. */
export async function describeStream(group: string, stream: LogStream, region: string) {
  const span = await stream.span();
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    ...(span === undefined
      ? {}
      : {
          firstEventTimestamp: span.first.timestamp,
          lastEventTimestamp: span.last.timestamp,
          lastIngestionTime: span.last.timestamp,
        }),
    uploadSequenceToken: "0",
    arn: `${logGroupArn(region, group)}:log-stream:${stream.name}`,
    storedBytes: 0,
  };
}

/** The name of a group that is given by its name or its ARN. */
export function groupNameOf(identifier: string): string {
  return (
    /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:(?<name>[^:]+)(:\*)?$/.exec(identifier)?.groups?.[
      "name"
    ] ?? identifier
  );
}
