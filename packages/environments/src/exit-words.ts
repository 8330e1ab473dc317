/** What some exit codes mean where the platform says nothing more. */
const HINTS: Readonly<Record<number, string>> = {
  134: "it aborted, as Node does when its heap is full: give it more memory or raise --max-old-space-size",
  139: "it crashed: a segmentation fault",
  143: "it was told to stop",
  255: "which is also what a program for another processor ends with",
};

/**
 * How a container ended, in words; with `explained`, what its exit code may mean, too. `killed` is what 137 may mean
 * on the platform.
 */
export function exitWords(
  exitCode: number | undefined,
  { explained, killed }: { readonly explained: boolean; readonly killed: string },
): string {
  if (exitCode === undefined) return "gave no exit code";
  const hint = exitCode === 137 ? killed : HINTS[exitCode];
  return `exited with code ${exitCode}${explained && hint !== undefined ? ` (${hint})` : ""}`;
}
