import { isSlipwayError, type JsonObject } from "@slipway/core";
import { type Finding, notProven, type Probe } from "../../doctor/check.ts";
import { isObject, textOf } from "../../plain-read.ts";
import type { Scrubber } from "../../scrub.ts";
import type { CloudClients } from "../cloud-clients.ts";
import { cloudCall, exceptionOf } from "../cloud-error.ts";

export interface LogSubject {
  readonly clients: CloudClients;
  readonly scrubber: Scrubber;
  /** Of the flow's container. */
  readonly logConfiguration: JsonObject | undefined;
}

/** Whether the last lines of a container that died can be read: a stream that is not there is asked for. */
export function logProbe(subject: LogSubject): Probe {
  const options = optionsOf(subject);
  const group = textOf(options["awslogs-group"]);
  return {
    action: "logs:GetLogEvents",
    resource: group === undefined ? "the container's log" : `log group ${group}`,
    how: "read a stream that is not there",
    run: () => (group === undefined ? noGroup() : readNothing(subject, options, group)),
  };
}

async function noGroup(): Promise<Finding> {
  return notProven(
    "the flow's container has no awslogs driver, so there are no last lines to show when it dies before it can report",
    "give the first container a `logConfiguration` with `awslogs` and `awslogs-stream-prefix`",
  );
}

async function readNothing(
  subject: LogSubject,
  options: JsonObject,
  group: string,
): Promise<Finding> {
  const { clients, scrubber } = subject;
  const call = {
    service: "CloudWatch Logs",
    operation: "GetLogEvents",
    endpoint: clients.endpoint,
    scrubber,
  };
  try {
    await cloudCall(call, async () => {
      const { sdk, client } = await clients.logs(textOf(options["awslogs-region"]));
      const input = { logGroupName: group, logStreamName: "slipway-doctor/none", limit: 1 };
      return client.send(new sdk.GetLogEventsCommand(input));
    });
    return { ok: true, message: "allowed" };
  } catch (error) {
    if (exceptionOf(error) === "ResourceNotFoundException") return notThere(error, options);
    if (clients.isElsewhere) return notProven("the endpoint does not have CloudWatch Logs");
    throw error;
  }
}

/** Both the group and the stream may be what is not there. */
function notThere(error: unknown, options: JsonObject): Finding {
  const words = isSlipwayError(error) ? String(error.details["message"]) : "";
  if (!/log group/i.test(words)) return { ok: true, message: "allowed" };
  if (options["awslogs-create-group"] === "true") {
    return { ok: true, message: "allowed; the first task creates the log group" };
  }
  return {
    ok: false,
    message: "the log group is not there, so no task can start",
    advice:
      'create it, or give `awslogs-create-group: "true"` (and `executionRoleArn` the right logs:CreateLogGroup)',
  };
}

function optionsOf({ logConfiguration = {} }: LogSubject): JsonObject {
  const isAwslogs = logConfiguration["logDriver"] === "awslogs";
  return isAwslogs && isObject(logConfiguration["options"]) ? logConfiguration["options"] : {};
}
