import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "@slipway/core";
import type { Failures } from "../failures/failures.ts";
import { readMetadata } from "../metadata/metadata-endpoint.ts";
import type { OperationContext } from "./operation.ts";
import { readAwsRequest, sendJson, toAwsError, unknownOperation } from "./protocol.ts";
import { answerQuery, isQuery } from "./query-protocol.ts";
import { turnAway } from "./request-guard.ts";
import { findOperation } from "./services.ts";

export interface HandlerContext extends Omit<OperationContext, "region" | "settleS"> {
  /** What a script makes go wrong; absent without one. */
  readonly failures?: Failures;
  readonly log: (line: string) => void;
}

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers one HTTP request: AWS's APIs by POST, the task metadata endpoint by GET. */
export async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  context: HandlerContext,
): Promise<void> {
  const reason = turnAway(request.headers);
  if (reason !== undefined) return sendJson(response, 403, { message: reason });
  if (request.method === "POST") {
    if (isQuery(request)) return answerQuery(request, response);
    return answerOperation(request, response, context);
  }
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const metadata =
    request.method === "GET" ? await readMetadata(path, context.store, context.tasks) : undefined;
  if (metadata === undefined) return sendJson(response, 404, { message: `Nothing is at ${path}` });
  return sendJson(response, 200, metadata);
}

async function answerOperation(
  request: IncomingMessage,
  response: ServerResponse,
  context: HandlerContext,
): Promise<void> {
  const reply = await replyTo(request, context);
  if (reply === "cut") response.destroy();
  else sendJson(response, reply.status, reply.body);
}

/** What is answered: what the operation says, or what the script says in its place. */
async function replyTo(request: IncomingMessage, context: HandlerContext): Promise<Reply | "cut"> {
  const { store, failures, log, now } = context;
  try {
    const { service, operation, region, input } = await readAwsRequest(request);
    const operate = findOperation(service, operation);
    if (operate === undefined) throw unknownOperation();
    const scripted = failures?.answerTo({ operation, input }, store, now());
    if (scripted !== undefined) log(`${operation} goes wrong by the script`);
    const settleS = (failures?.settleMs ?? 0) / 1000;
    const carriedOut =
      scripted?.carriedOut === false
        ? undefined
        : await replyOf(() => operate(input, { ...context, region, settleS }), log);
    if (scripted !== undefined) await delay(scripted.delayMs, undefined, { ref: false });
    const reply = scripted?.reply ?? carriedOut;
    if (reply === undefined) throw new Error(`the script has no answer to ${operation}`);
    return reply;
  } catch (error) {
    return errorReply(error, log);
  }
}

async function replyOf(
  operate: () => Promise<Reply["body"]>,
  log: HandlerContext["log"],
): Promise<Reply> {
  try {
    return { status: 200, body: await operate() };
  } catch (error) {
    return errorReply(error, log);
  }
}

function errorReply(error: unknown, log: HandlerContext["log"]): Reply {
  const reply = toAwsError(error);
  if (reply.status >= 500) log(`a request failed: ${messageOf(error)}`);
  return reply;
}
