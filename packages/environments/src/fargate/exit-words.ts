/** What some exit codes mean where ECS says nothing more. */
const HINTS: Readonly<Record<number, string>> = {
  134: "it aborted, as Node does when its heap is full: give the task more `memory` or raise --max-old-space-size",
  137: "it was killed: possibly for its memory, though ECS does not say so",
  139: "it crashed: a segmentation fault",
  143: "it was told to stop",
  255: "which is also what a program for another processor ends with",
};

/** How a container ended, in words; with `explained`, what its exit code may mean, too. */
export function exitWords(exitCode: number | undefined, explained: boolean): string {
  if (exitCode === undefined) return "gave no exit code";
  const hint = explained ? HINTS[exitCode] : undefined;
  return `exited with code ${exitCode}${hint === undefined ? "" : ` (${hint})`}`;
}
