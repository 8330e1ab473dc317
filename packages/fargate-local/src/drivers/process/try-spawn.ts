import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

/** Undefined where Node refuses to try at all: a word or a variable has a null byte in it. */
export function trySpawn(
  file: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess | undefined {
  try {
    return spawn(file, args, options);
  } catch {
    return undefined;
  }
}
