import { setTimeout as delay } from "node:timers/promises";
import type { HealthCheck } from "../../model/container-fields.ts";
import type { HealthStatus } from "../../model/health.ts";
import { checkNumbers, countCheck, UNCHECKED } from "../../model/health-check.ts";
import { trySignal } from "../../store/processes.ts";
import { trySpawn } from "./try-spawn.ts";

/** A check's command on this machine, in the container's own environment. */
export interface CheckProcess {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs a container's health check at its interval until the container has ended, and tells each change. */
export async function watchHealth(
  check: HealthCheck,
  process: CheckProcess,
  tell: (status: HealthStatus) => void,
  exited: Promise<unknown>,
): Promise<void> {
  const { interval, timeout } = checkNumbers(check);
  const end = new AbortController();
  void exited.then(() => end.abort());
  const start = performance.now();
  let count = UNCHECKED;
  while (await hasPassed(interval * 1000, end.signal)) {
    const passed = await runCheck(process, timeout * 1000, end.signal);
    if (end.signal.aborted) return;
    const next = countCheck(count, passed, performance.now() - start, check);
    if (next.status !== count.status) tell(next.status);
    count = next;
  }
}

/** False where the container ended meanwhile. */
async function hasPassed(ms: number, signal: AbortSignal): Promise<boolean> {
  return delay(ms, true, { signal, ref: false }).catch(() => false);
}

/** True where the command exits 0 in time. What it writes is not kept, as on ECS. */
function runCheck(
  { command, cwd, env }: CheckProcess,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const [file = "", ...args] = command;
  return new Promise((resolve) => {
    const child = trySpawn(file, args, { cwd, env, stdio: "ignore", detached: true });
    if (child === undefined) return resolve(false);
    const kill = () => {
      if (child.pid !== undefined) trySignal(-child.pid, "SIGKILL");
    };
    const timer = setTimeout(kill, timeoutMs);
    const settle = (passed: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", kill);
      resolve(passed);
    };
    signal.addEventListener("abort", kill);
    child.once("error", () => settle(false));
    child.once("exit", (code) => settle(code === 0));
  });
}
