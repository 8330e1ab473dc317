import {
  type Diagnosis,
  type EnvironmentLauncher,
  type Infrastructure,
  messageOf,
} from "@slipway/core";
import type { ObserveInterval } from "./agent-options.ts";
import { backOffMs, pause } from "./retry.ts";

const GROWTH = 1.3;

export interface WatchOptions {
  readonly interval: ObserveInterval;
  readonly signal: AbortSignal;
  /** Told of the first of several failures in a row. */
  readonly onTrouble: (message: string) => void;
}

/**
 * Looks at what was launched until it has stopped, however long that takes: a platform that does not answer
 * says nothing of the run. Answers undefined when the signal is aborted.
 */
export async function watch(
  launcher: EnvironmentLauncher,
  infrastructure: Infrastructure,
  { interval, signal, onTrouble }: WatchOptions,
): Promise<Diagnosis | undefined> {
  let wait = interval.shortest;
  let failures = 0;
  let before: string | undefined;
  while (!signal.aborted) {
    try {
      const observation = await launcher.observe(infrastructure);
      if (observation.status === "stopped") return observation.diagnosis;
      wait = observation.status === before ? wait * GROWTH : interval.shortest;
      before = observation.status;
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === 1) onTrouble(messageOf(error));
      wait = Math.max(interval.shortest, backOffMs(failures));
    }
    await pause(Math.min(wait, interval.longest), signal);
  }
  return undefined;
}
