import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ACCOUNT_ID } from "../model/arn.ts";
import { readBody, signedRegion, toAwsError } from "./protocol.ts";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

/** Tells a request of AWS's Query protocol, which STS speaks. */
export function isQuery(request: IncomingMessage): boolean {
  const type = request.headers["content-type"] ?? "";
  return type.startsWith("application/x-www-form-urlencoded");
}

/** Answers STS's GetCallerIdentity with the account of all ARNs here, and refuses the rest. */
export async function answerQuery(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    signedRegion(request);
    const action = new URLSearchParams(await readBody(request)).get("Action") ?? "";
    if (action === "GetCallerIdentity") return sendXml(response, 200, identity());
    const message = `The action ${action} is not valid for this web service.`;
    return sendXml(response, 400, refused("InvalidAction", message));
  } catch (error) {
    const { status, body } = toAwsError(error);
    const code = String(body["__type"]).replace(/Exception$/, "");
    return sendXml(response, status, refused(code, String(body["message"])));
  }
}

function identity(): string {
  const fields = `<Arn>arn:aws:iam::${ACCOUNT_ID}:user/local</Arn><UserId>AIDALOCAL</UserId><Account>${ACCOUNT_ID}</Account>`;
  return `<GetCallerIdentityResponse xmlns="${NAMESPACE}"><GetCallerIdentityResult>${fields}</GetCallerIdentityResult>${metadata()}</GetCallerIdentityResponse>`;
}

function refused(code: string, message: string): string {
  const error = `<Type>Sender</Type><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message>`;
  return `<ErrorResponse xmlns="${NAMESPACE}"><Error>${error}</Error></ErrorResponse>`;
}

function metadata(): string {
  return `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function sendXml(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "Content-Type": "text/xml",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}
