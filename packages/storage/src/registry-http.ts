import { setTimeout as sleep } from "node:timers/promises";
import { isPlainObject, isSlipwayError, messageOf, SlipwayError } from "@slipway/core";
import { collect } from "./digest.ts";

/** Waits before the second, third and fourth try. */
const BACK_OFF_MS = [200, 600, 1800];
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_WORDS = 300;
const RETRIED = new Set([429, 500, 502, 503, 504]);

/** One request, made anew for each try, since a body that streams can be sent only once. */
export type MakeRequest = () => Promise<Response>;

/**
 * Sends a request, again after a network failure or an answer that asks for patience.
 * Throws `REGISTRY_UNREACHABLE` when it never came through.
 */
export async function withRetries(registry: string, send: MakeRequest): Promise<Response> {
  let failure: unknown;
  for (const wait of [...BACK_OFF_MS, undefined]) {
    const outcome = await attempt(send);
    if ("response" in outcome) {
      if (wait === undefined || !RETRIED.has(outcome.response.status)) return outcome.response;
      await outcome.response.body?.cancel();
    } else {
      failure = outcome.failure;
    }
    if (wait !== undefined) await sleep(wait);
  }
  throw new SlipwayError(
    "REGISTRY_UNREACHABLE",
    `The registry ${registry} cannot be reached (${networkWords(failure)}): check its address, and that it runs`,
    { registry, reason: networkWords(failure) },
    { cause: failure },
  );
}

async function attempt(send: MakeRequest): Promise<{ response: Response } | { failure: unknown }> {
  try {
    return { response: await send() };
  } catch (error) {
    // A body that turned out to be wrong while it was sent is no failure of the network.
    const failure = error instanceof Error && isSlipwayError(error.cause) ? error.cause : error;
    if (isSlipwayError(failure)) throw failure;
    return { failure };
  }
}

/** `fetch failed` says nothing; the reason stands in the cause, or in the causes of that. */
function networkWords(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  if (failure instanceof AggregateError && failure.errors.length > 0)
    return networkWords(failure.errors[0]);
  if (failure.cause instanceof Error) return networkWords(failure.cause);
  return failure.message || ("code" in failure ? String(failure.code) : failure.name);
}

/** Turns an answer that is no success into an error with the registry's own words. */
export async function toRegistryError(
  registry: string,
  what: string,
  response: Response,
  configFile: string,
): Promise<SlipwayError> {
  const words = await registryWords(response);
  const { status } = response;
  const details = { registry, what, status, words };
  if (status >= 500) {
    return new SlipwayError(
      "REGISTRY_UNREACHABLE",
      `The registry ${registry} failed to ${what}: ${status} ${words}`,
      details,
    );
  }
  const login =
    status === 401 || status === 403
      ? `; credentials are read from ${configFile}: run "docker login ${registry}" to put them there`
      : "";
  return new SlipwayError(
    "REGISTRY_REFUSED",
    `The registry ${registry} refused to ${what}: ${status} ${words}${login}`,
    { ...details, configFile },
  );
}

async function registryWords(response: Response): Promise<string> {
  let text = "";
  try {
    const body = response.body === null ? undefined : await collect(response.body, MAX_ERROR_BYTES);
    text = body?.toString("utf8") ?? "";
    const value: unknown = JSON.parse(text);
    text = wordsOf(value) ?? text;
  } catch (error) {
    if (text === "") text = response.statusText || messageOf(error);
  }
  return (text.trim() || response.statusText).slice(0, MAX_WORDS);
}

function wordsOf(value: unknown): string | undefined {
  if (!isPlainObject(value)) return undefined;
  const { errors, details, message } = value;
  const items: unknown[] = Array.isArray(errors) ? errors : [];
  const words = items.filter(isPlainObject).map(({ code, message: text }) => {
    return [code, text].filter((part) => typeof part === "string" && part !== "").join(": ");
  });
  if (words.length > 0) return words.join("; ");
  return [details, message].find((text) => typeof text === "string");
}
