import type { JsonObject } from "@slipway/core";
import { isObject, textOf } from "../plain-read.ts";

/** Where CloudWatch Logs keeps what a container of a task wrote. */
export interface LogPlace {
  readonly group: string;
  readonly stream: string;
  /** The region of the log group, where the log configuration names one. */
  readonly region?: string;
}

interface LoggingContainer {
  readonly name: string;
  /** As it stands in the task definition. */
  readonly logConfiguration: JsonObject | undefined;
  readonly taskId: string;
  readonly family: string;
}

/** By the rules of the `awslogs` driver; undefined for other drivers, and where the stream cannot be told. */
export function awslogsPlace(container: LoggingContainer): LogPlace | undefined {
  const { name, logConfiguration = {}, taskId } = container;
  if (logConfiguration["logDriver"] !== "awslogs") return undefined;
  const options = isObject(logConfiguration["options"]) ? logConfiguration["options"] : {};
  const group = textOf(options["awslogs-group"]);
  const prefix = textOf(options["awslogs-stream-prefix"]);
  const region = textOf(options["awslogs-region"]);
  // Without a prefix the stream is named by the container's own id, which only EC2 instances allow.
  if (group === undefined || prefix === undefined) return undefined;
  const stream = `${prefix}/${name}/${taskId}`;
  return { group, stream, ...(region === undefined ? {} : { region }) };
}

/** Where local Fargate keeps what a container without a log configuration wrote. */
export function localPlace({ name, taskId, family }: LoggingContainer): LogPlace {
  return { group: `/slipway/fargate-local/${family}`, stream: `${name}/${taskId}` };
}
