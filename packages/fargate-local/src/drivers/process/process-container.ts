import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { isAlive, type ProcessIdentity, trySignal } from "../../store/processes.ts";
import type { ContainerExit, RunningContainer } from "../driver.ts";
import { processStats } from "./process-stats.ts";

const WATCH_MS = 250;
/** How long output may still come after the end, from a process that left the group and holds the pipe. */
const OUTPUT_GRACE_MS = 1_000;

interface Facts {
  readonly runtimeId: string;
  readonly imageDigest: string;
}

/** A container that this server started, as a child that leads its own process group. */
export function childContainer(
  child: ChildProcess,
  identity: ProcessIdentity,
  facts: Facts,
): RunningContainer {
  let running = true;
  const exited = new Promise<ContainerExit>((resolve) => {
    child.once("exit", (code, signal) => {
      running = false;
      // What a container leaves behind dies with its first process, as its namespace would.
      trySignal(-identity.pid, "SIGKILL");
      const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      child.once("close", () => resolve({ exitCode }));
      setTimeout(() => resolve({ exitCode }), OUTPUT_GRACE_MS).unref();
    });
  });
  return processContainer(identity, exited, facts, () => running);
}

/** A container that an earlier server started. Its exit code can't be known: it is not our child. */
export function orphanContainer(identity: ProcessIdentity, facts: Facts): RunningContainer {
  const exited = new Promise<ContainerExit>((resolve) => {
    const timer = setInterval(() => {
      if (isAlive(identity)) return;
      clearInterval(timer);
      trySignal(-identity.pid, "SIGKILL");
      resolve({});
    }, WATCH_MS);
  });
  return processContainer(identity, exited, facts, () => isAlive(identity));
}

function processContainer(
  identity: ProcessIdentity,
  exited: Promise<ContainerExit>,
  facts: Facts,
  isRunning: () => boolean,
): RunningContainer {
  return {
    ...facts,
    handle: { ...identity, ...facts },
    exited,
    stop(timeoutMs) {
      const kill = () => {
        if (isRunning()) trySignal(-identity.pid, "SIGKILL");
      };
      if (timeoutMs === 0) return kill();
      // The first process alone gets SIGTERM, as in a container.
      if (isRunning()) trySignal(identity.pid, "SIGTERM");
      const timer = setTimeout(kill, timeoutMs);
      void exited.then(() => clearTimeout(timer));
    },
    stats: () => processStats(identity.pid),
  };
}
