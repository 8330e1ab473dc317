import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Names one process for good: a pid alone is given to another one day. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

/** When a process started, in whatever unit the system has; undefined where there is no such process. */
export function startTimeOf(pid: number): string | undefined {
  try {
    return process.platform === "linux" ? linuxStartTime(pid) : posixStartTime(pid);
  } catch {
    return undefined;
  }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime;
}

/** A signal to a process or, with a negative pid, its group; false where there is none. */
export function trySignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function linuxStartTime(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the command's name in parentheses, and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  return state === "Z" ? undefined : fields[19];
}

function posixStartTime(pid: number): string | undefined {
  const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return text.trim() || undefined;
}
