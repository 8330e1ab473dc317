import { setTimeout as delay } from "node:timers/promises";
import { SlipwayError } from "@slipway/core";
import type { ContainerExit } from "../drivers/driver.ts";
import type { ContainerLife } from "./container-life.ts";

type Outcome = { readonly ended: ContainerExit } | "healthy" | "interrupted" | "timedOut";

/**
 * Waits until a container is as another one that depends on it wants it. False where the task was interrupted
 * meanwhile. Throws `LAUNCH_FAILED` in the words of ECS's agent where it will never be so, or not within its
 * `startTimeout`.
 */
export async function waitForDependency(
  target: string,
  upstream: ContainerLife,
  condition: string,
  interrupted: Promise<unknown>,
): Promise<boolean> {
  const stop = interrupted.then(() => "interrupted" as const);
  if ((await Promise.race([upstream.started, stop])) === "interrupted") return false;
  if (condition === "START") return true;
  const outcome = await outcomeOf(upstream, condition, stop);
  if (outcome === "interrupted") return false;
  if (outcome === "healthy") return true;
  const what = `container ordering dependency [${upstream.name}] for target [${target}]`;
  if (outcome === "timedOut") throw failed(`${what} has timed out.`);
  if (condition === "COMPLETE") return true;
  if (condition === "SUCCESS" && outcome.ended.exitCode === 0) return true;
  const why = condition === "SUCCESS" ? "exit successfully" : "become healthy before it ended";
  throw failed(`failed to resolve ${what} as dependency did not ${why}.`);
}

async function outcomeOf(
  upstream: ContainerLife,
  condition: string,
  stop: Promise<"interrupted">,
): Promise<Outcome> {
  const { startTimeout } = upstream.defined;
  const timer = new AbortController();
  const outcomes: Promise<Outcome>[] = [upstream.ended.then((ended) => ({ ended })), stop];
  if (condition === "HEALTHY") outcomes.push(upstream.becameHealthy.then(() => "healthy"));
  if (startTimeout) {
    const timeout = delay(startTimeout * 1000, "timedOut" as const, { signal: timer.signal });
    outcomes.push(timeout.catch(() => "timedOut"));
  }
  try {
    return await Promise.race(outcomes);
  } finally {
    timer.abort();
  }
}

function failed(what: string): SlipwayError {
  return new SlipwayError("LAUNCH_FAILED", `CannotStartContainerError: dependency graph: ${what}`);
}
