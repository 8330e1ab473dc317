import type { Json, JsonObject, LaunchRequest } from "@slipway/core";
import { nearest } from "@slipway/core";
import { isObject, objectsOf, without } from "../../plain-read.ts";
import { fargateInvalid } from "../fargate-invalid.ts";
import { RUN_FIELDS } from "../shapes/call-shapes.ts";

/** Another way to launch: "on-demand", or fields of RunTask that replace the author's. */
export type Variant = "on-demand" | JsonObject;

/** One run is one task of one definition, in every variant. */
const FIXED = ["taskDefinition", "count", "clientToken"];
const ACCEPTED = Object.keys(RUN_FIELDS).filter((name) => !FIXED.includes(name));

/** Checks the ways to launch. Throws `ENVIRONMENT_INVALID`. */
export function parseVariants(given: Json | undefined, path: string): readonly Variant[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    throw fargateInvalid({
      path,
      problem: 'must be a list of "on-demand" and objects with fields of RunTask',
      given,
      accepted: 'a list of "on-demand" and objects',
    });
  }
  return given.map((variant, index) => parseVariant(variant, `${path}[${index}]`));
}

function parseVariant(given: Json, path: string): Variant {
  if (given === "on-demand") return given;
  if (!isObject(given)) {
    throw fargateInvalid({
      path,
      problem: `is ${JSON.stringify(given)}; give "on-demand" or an object with fields of RunTask`,
      given,
      accepted: ["on-demand", "an object"],
    });
  }
  const unknown = Object.keys(given).find((name) => !ACCEPTED.includes(name));
  if (unknown === undefined) return given;
  const near = nearest(unknown, ACCEPTED);
  throw fargateInvalid({
    path: `${path}.${unknown}`,
    problem: `is no field of RunTask that may differ from one way to launch to another${near ? `; did you mean \`${near}\`?` : ""}`,
    given: unknown,
    accepted: near ?? ACCEPTED,
  });
}

/** The author's RunTask in another way. Launch type and capacity providers exclude each other, so one given drops the other. */
export function applyVariant(run: JsonObject, variant: Variant | undefined): JsonObject {
  if (variant === undefined) return run;
  if (variant === "on-demand") return onDemand(run);
  const dropped =
    variant["launchType"] !== undefined
      ? "capacityProviderStrategy"
      : variant["capacityProviderStrategy"] !== undefined
        ? "launchType"
        : "";
  return { ...without(run, dropped), ...variant };
}

/** The same without Fargate Spot: what is left of the strategy, or the launch type where only Fargate is left. */
export function onDemand(run: JsonObject): JsonObject {
  const strategy = objectsOf(run["capacityProviderStrategy"]);
  const left = strategy.filter(({ capacityProvider }) => capacityProvider !== "FARGATE_SPOT");
  if (left.length === strategy.length) return run;
  const own = left.some(({ capacityProvider }) => capacityProvider !== "FARGATE");
  return own
    ? { ...run, capacityProviderStrategy: left }
    : { ...without(run, "capacityProviderStrategy"), launchType: "FARGATE" };
}

/**
 * Which of the author's ways to launch an attempt is launched in, 0 for the first. An attempt begins with the way
 * after the one in which the last task got no room.
 */
export function wayOf(
  variants: readonly Variant[],
  { variant, earlier }: Pick<LaunchRequest, "variant" | "earlier">,
): number {
  const withoutRoom = earlier.filter((cause) => cause === "Capacity").length;
  return (variant + withoutRoom) % (1 + variants.length);
}
