import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "@slipway/core";
import { readMetadata } from "../metadata/metadata-endpoint.ts";
import type { Store } from "../store/store.ts";
import type { Log } from "../tasks/task-context.ts";
import type { TaskService } from "../tasks/task-service.ts";
import type { Operation } from "./operation.ts";
import { clusterOperations } from "./operations/clusters.ts";
import { tagOperations } from "./operations/tags.ts";
import { taskDefinitionOperations } from "./operations/task-definitions.ts";
import { taskOperations } from "./operations/tasks.ts";
import { readAwsRequest, sendJson, toAwsError, unknownOperation } from "./protocol.ts";
import { turnAway } from "./request-guard.ts";

export interface HandlerContext {
  readonly store: Store;
  readonly tasks: TaskService;
  readonly now: () => number;
  readonly log: Log;
}

const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    ...taskDefinitionOperations,
    ...taskOperations,
    ...clusterOperations,
    ...tagOperations,
  }),
);

/** Answers one HTTP request: the ECS API by POST, the task metadata endpoint by GET. */
export async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  context: HandlerContext,
): Promise<void> {
  const reason = turnAway(request.headers);
  if (reason !== undefined) return sendJson(response, 403, { message: reason });
  if (request.method === "POST") return answerOperation(request, response, context);
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const metadata =
    request.method === "GET" ? await readMetadata(path, context.store, context.tasks) : undefined;
  if (metadata === undefined) return sendJson(response, 404, { message: `Nothing is at ${path}` });
  return sendJson(response, 200, metadata);
}

async function answerOperation(
  request: IncomingMessage,
  response: ServerResponse,
  { store, tasks, now, log }: HandlerContext,
): Promise<void> {
  try {
    const { operation, region, input } = await readAwsRequest(request);
    const operate = OPERATIONS.get(operation);
    if (operate === undefined) throw unknownOperation();
    sendJson(response, 200, await operate(input, { store, tasks, region, now }));
  } catch (error) {
    const { status, body } = toAwsError(error);
    if (status >= 500) log(`a request failed: ${messageOf(error)}`);
    sendJson(response, status, body);
  }
}
