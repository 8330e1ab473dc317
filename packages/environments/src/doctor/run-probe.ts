import { isSlipwayError, messageOf } from "@slipway/core";
import { causeOf } from "../fargate/cloud-error.ts";
import type { Check, Finding, Probe } from "./check.ts";

/** Tries one thing. Never throws: what goes wrong is what was found. */
export async function runProbe(probe: Probe): Promise<Check> {
  const { action, resource, how, optional } = probe;
  const finding = await probe.run().catch((error: unknown) => refusedAs(probe, error));
  return { action, resource, how, advice: "", ...(optional ? { optional } : {}), ...finding };
}

function refusedAs(probe: Probe, error: unknown): Finding {
  const proof = probe.proves?.(error);
  if (proof !== undefined) return { ok: true, message: proof };
  const message = messageOf(error);
  switch (causeOf(error)) {
    case "AccessDenied":
      return { ok: false, message, advice: `allow ${probe.action} on ${probe.resource}` };
    case "Throttled":
      return { ok: null, message, advice: "ask again in a minute" };
    case "Unreachable":
      return { ok: false, message, advice: "check the endpoint and the network" };
    default:
      // The message of an error says what to do.
      return { ok: isSlipwayError(error) ? false : null, message };
  }
}
