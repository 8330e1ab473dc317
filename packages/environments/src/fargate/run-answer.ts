import type { Task } from "@aws-sdk/client-ecs";
import { SlipwayError } from "@slipway/core";
import type { Scrubber } from "../scrub.ts";
import { classify } from "./classify.ts";
import { emptyAnswer } from "./cloud-error.ts";
import type { RunTaskAnswer } from "./ecs.ts";

/**
 * The one task that was asked for. RunTask answers with status 200 where it launched nothing, so this throws
 * `LAUNCH_FAILED` with AWS's reason then; `CLOUD_UNREACHABLE` where it says neither.
 */
export function taskIn({ tasks = [], failures = [] }: RunTaskAnswer, scrubber: Scrubber): Task {
  const [task] = tasks;
  if (task?.taskArn !== undefined) return task;
  const [first] = failures;
  if (first === undefined) throw emptyAnswer("RunTask");
  const { cause, nature, advice } = classify("", first.reason ?? "");
  const reasons = failures.map(({ reason = "no reason", detail }) =>
    scrubber.text(detail === undefined ? reason : `${reason} (${detail})`),
  );
  throw new SlipwayError(
    "LAUNCH_FAILED",
    `AWS ECS started no task: ${reasons.join(", ")}; ${advice ?? "correct what AWS names, and create a new flow run"}`,
    { operation: "RunTask", reasons, cause, nature },
  );
}
