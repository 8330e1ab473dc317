import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { trySignal } from "../../store/processes.ts";

/** Who starts processes while it is ended is looked for again, but not for ever. */
const MOST_LOOKS = 10;
const AT_A_TIME = 50;
const MARK = "ECS_CONTAINER_METADATA_URI_V4=";

/**
 * Kills all processes of a task that still run, as the end of its namespace would: those that left their
 * process group, those whose parent has ended, and those that a killed server had no time to write down. They
 * are known by a variable that each container has and its processes inherit. Where there is no `/proc`, none is
 * found.
 */
export async function endProcessesOf(taskId: string): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const found = await processesOf(taskId);
    if (found.length === 0) return;
    for (const pid of found) trySignal(pid, "SIGKILL");
  }
}

async function processesOf(taskId: string): Promise<number[]> {
  const environments = await environmentsNow();
  return environments.filter(({ text }) => isOf(taskId, text)).map(({ pid }) => pid);
}

function isOf(taskId: string, environment: string): boolean {
  return environment.split("\0").some((one) => one.startsWith(MARK) && one.includes(`/${taskId}-`));
}

interface Environment {
  readonly pid: number;
  readonly text: string;
}

let looking: Promise<Environment[]> | undefined;
let next: Promise<Environment[]> | undefined;

/** Many tasks that end at the same time share a look, which has to begin after they ended. */
function environmentsNow(): Promise<Environment[]> {
  if (looking === undefined) {
    looking = readEnvironments().finally(() => {
      looking = undefined;
    });
    return looking;
  }
  next ??= looking.then(() => {
    next = undefined;
    return environmentsNow();
  });
  return next;
}

/** Without a thread for each of so many small reads, but never for long at a time. */
async function readEnvironments(): Promise<Environment[]> {
  const names = await readdir("/proc").catch(() => []);
  const environments: Environment[] = [];
  for (const [at, name] of names.entries()) {
    if (at % AT_A_TIME === 0) await nextTurn();
    if (!/^\d+$/.test(name)) continue;
    const text = readEnvironment(name);
    if (text.includes(MARK)) environments.push({ pid: Number(name), text });
  }
  return environments;
}

/** Those of other users, and of processes that end meanwhile, can't be read. */
function readEnvironment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}
