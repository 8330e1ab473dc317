import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isSlipwayError, messageOf } from "@slipway/core";
import { refusal, toError } from "../model/refusal.ts";

const TARGET = /^(?<service>\w+)\.(?<operation>\w+)$/;
/** `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, …` */
const CREDENTIAL =
  /^AWS4-[A-Z0-9-]+ Credential=[^/]+\/\d{8}\/(?<region>[a-z0-9-]+)\/[a-z0-9-]+\/aws4_request/;
const CONTENT_TYPE = "application/x-amz-json-1.1";
const MAX_BODY_BYTES = 1024 * 1024;

export interface AwsRequest {
  /** The service's name in the protocol, for example `AmazonEC2ContainerServiceV20141113`. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly input: unknown;
}

/** Reads a request of AWS's JSON protocol 1.1. Any key may have signed it; it has to be signed. */
export async function readAwsRequest(request: IncomingMessage): Promise<AwsRequest> {
  const target = TARGET.exec(String(request.headers["x-amz-target"] ?? ""))?.groups;
  const { service, operation } = target ?? {};
  if (service === undefined || operation === undefined) throw unknownOperation();
  const region = signedRegion(request);
  return { service, operation, region, input: parseBody(await readBody(request)) };
}

/** The region in a request's signature. Throws `MissingAuthenticationTokenException` where there is none. */
export function signedRegion(request: IncomingMessage): string {
  const region = CREDENTIAL.exec(request.headers.authorization ?? "")?.groups?.["region"];
  if (region !== undefined) return region;
  throw toError(refusal("MissingAuthenticationTokenException", "Missing Authentication Token"));
}

export function unknownOperation() {
  return toError(
    refusal(
      "UnknownOperationException",
      "The requested operation is not recognized by the service.",
    ),
  );
}

/** The status and body of an error's answer. What is no refusal is a fault of this server's own. */
export function toAwsError(error: unknown): {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
} {
  if (isSlipwayError(error, "CLOUD_REFUSED")) {
    const { exception, ...fields } = error.details;
    return { status: 400, body: { __type: exception, message: error.message, ...fields } };
  }
  return { status: 500, body: { __type: "ServerException", message: messageOf(error) } };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": CONTENT_TYPE,
    "Content-Length": Buffer.byteLength(text),
    "x-amzn-RequestId": randomUUID(),
  });
  response.end(text);
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw toError(
        refusal("SerializationException", `The request is over ${MAX_BODY_BYTES} bytes`),
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseBody(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch (cause) {
    throw toError(
      refusal("SerializationException", `The request is not JSON (${messageOf(cause)})`),
    );
  }
}
