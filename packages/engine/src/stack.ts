/** A cause of a cause of a cause is enough to understand any error. */
const CAUSES_SHOWN = 5;

/** The stack of what was thrown and of its causes: the stacks alone, since other properties may hold secrets. */
export function stackOf(thrown: unknown): string {
  const stacks: string[] = [];
  let error = thrown;
  do {
    stacks.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    error = error instanceof Error ? error.cause : undefined;
  } while (error !== undefined && stacks.length < CAUSES_SHOWN);
  return stacks.join("\nCaused by: ");
}
