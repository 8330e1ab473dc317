import { isPlainObject, type Json } from "@slipway/core";
import type { Stack } from "./harness.ts";

/** The body of the last request for an ECS operation. */
export function sent(stack: Stack, operation: string): Record<string, Json> {
  const request = stack.ecs.requests.findLast(({ headers }) =>
    String(headers["x-amz-target"]).endsWith(`.${operation}`),
  );
  if (request === undefined) throw new Error(`${operation} was never sent`);
  return JSON.parse(request.body);
}

/** A copy in which the one-use token is written as `environment render` writes it. */
export function maskToken(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskToken);
  if (!isPlainObject(value)) return value;
  if (value["name"] === "SLIPWAY__CLOUD__AUTH_TOKEN") return { ...value, value: "<one-use token>" };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskToken(item)]));
}
