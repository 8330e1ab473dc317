import type { EnvironmentLauncher, Infrastructure } from "@slipway/core";
import type { Attempt } from "./attempt.ts";
import { ContainerLines } from "./container-lines.ts";
import { backOffMs, pause } from "./retry.ts";
import { isSuperseded } from "./server-port.ts";

export interface FollowedLogs {
  /** Ends the following, once all is recorded that was written; at the latest after so long. Never throws. */
  drain(ms: number): Promise<void>;
}

/** Records what an attempt's containers write, until the signal is aborted or it is drained. Nothing waits for it. */
export function followContainerLogs(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  infrastructure: Infrastructure,
  signal: AbortSignal,
): FollowedLogs {
  const enough = new AbortController();
  const ends = AbortSignal.any([signal, enough.signal]);
  const done = follow(attempt, launcher, infrastructure, ends);
  return {
    async drain(ms) {
      const drained = new AbortController();
      const late = pause(ms, AbortSignal.any([ends, drained.signal]));
      await Promise.race([done, late]);
      drained.abort();
      enough.abort();
    },
  };
}

/** Again after each failure, with growing pauses; the first one is told of. */
async function follow(
  attempt: Attempt,
  launcher: EnvironmentLauncher,
  infrastructure: Infrastructure,
  signal: AbortSignal,
): Promise<void> {
  const { claim, workshop } = attempt;
  const tell = once((error: unknown) => attempt.trouble("following its containers' logs", error));
  const { agent, server } = workshop;
  const sink = new ContainerLines({ agent, server, claim, signal, onTrouble: tell });
  for (let failures = 0; !signal.aborted; ) {
    const before = sink.taken;
    try {
      return await launcher.followLogs(infrastructure, sink, signal);
    } catch (error) {
      if (signal.aborted || isSuperseded(error)) return;
      tell(error);
      failures = sink.taken > before ? 1 : failures + 1;
    }
    await pause(backOffMs(failures), signal);
  }
}

function once<T>(tell: (given: T) => void): (given: T) => void {
  let told = false;
  return (given) => {
    if (!told) tell(given);
    told = true;
  };
}
