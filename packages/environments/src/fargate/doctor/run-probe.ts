import { isSlipwayError, messageOf } from "@slipway/core";
import { causeOf } from "../cloud-error.ts";
import type { AwsCheck, Finding, Probe } from "./aws-check.ts";

/** Tries one thing. Never throws: what goes wrong is what was found. */
export async function runProbe(probe: Probe): Promise<AwsCheck> {
  const { action, resource, how } = probe;
  const finding = await probe.run().catch((error: unknown) => refusedAs(probe, error));
  return { action, resource, how, advice: "", ...finding };
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
