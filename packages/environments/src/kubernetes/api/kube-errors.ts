import { isSlipwayError, type Json, type JsonObject, messageOf, SlipwayError } from "@slipway/core";
import { networkReason } from "../../fargate/network-reason.ts";
import { isObject, textOf } from "../../plain-read.ts";
import type { Scrubber } from "../../scrub.ts";
import { classifyStatus } from "../diagnose/classify-status.ts";

/** What a page of a proxy in between may add to an error. */
const LONGEST_FOREIGN = 300;

export interface Refusal {
  readonly operation: string;
  readonly status: number;
  /** A `Status`, or what stands there in place of one. */
  readonly text: string;
  /** Of the header `Retry-After`, in seconds. */
  readonly retryAfter?: string | undefined;
}

/** A server's refusal in its own words. What the server could not do (5xx) is as open as what it did not answer. */
export function refusalError(refusal: Refusal): SlipwayError {
  const { operation, status, retryAfter } = refusal;
  const { reason, message, details } = statusOf(refusal);
  const { cause, nature, advice } = classifyStatus({ status, reason, message, details });
  const seconds = Number(retryAfter);
  const facts = {
    operation,
    status,
    exception: reason,
    message,
    cause,
    nature,
    ...(seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}),
  };
  const words = `${reason}: ${message.replace(/\.$/, "")}`;
  if (nature === "transient") {
    const text = `The Kubernetes API failed at ${operation}: ${words}; try again in a minute`;
    return new SlipwayError("CLOUD_UNREACHABLE", text, { ...facts, reason: words });
  }
  const text = `The Kubernetes API refused ${operation}: ${words}${advice === undefined ? "" : `; ${advice}`}`;
  return new SlipwayError("CLOUD_REFUSED", text, facts);
}

/** No answer came, or none that makes sense. */
export function unansweredError(
  thrown: unknown,
  { operation, endpoint }: { readonly operation: string; readonly endpoint: string },
): SlipwayError {
  if (isSlipwayError(thrown)) return thrown;
  const reason = networkReason(thrown) ?? messageOf(thrown);
  return new SlipwayError(
    "CLOUD_UNREACHABLE",
    `No Kubernetes API answers at ${endpoint} (${operation}: ${reason}); check that it runs and that the agent's network reaches it`,
    { operation, endpoint, reason, cause: "Unreachable", nature: "transient" },
  );
}

/** The same error without an argument of the environment in its words. */
export function scrubbedError(error: unknown, scrubber: Scrubber): unknown {
  if (!isSlipwayError(error)) return error;
  const { code, message, details } = error;
  const clean = Object.entries(details).map(([key, value]) => [
    key,
    typeof value === "string" && key !== "endpoint" ? scrubber.text(value) : value,
  ]);
  // Without a cause: it would carry the words that are taken out here.
  return new SlipwayError(code, scrubber.text(message), Object.fromEntries(clean));
}

interface Status {
  readonly reason: string;
  readonly message: string;
  readonly details: JsonObject;
}

function statusOf({ status, text }: Refusal): Status {
  const body = parsed(text);
  const given = isObject(body) && body["kind"] === "Status" ? body : {};
  const message = textOf(given["message"]) ?? text.trim().slice(0, LONGEST_FOREIGN);
  return {
    reason: textOf(given["reason"]) ?? `HTTP ${status}`,
    message: message || "without a word",
    details: isObject(given["details"]) ? given["details"] : {},
  };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
