import { type SerializedEnvironment, SlipwayError } from "@slipway/core";

/** Throws `ENVIRONMENT_NOT_LAUNCHABLE` where a stored environment is of another type or version. */
export function checkStoredType({ type, version }: SerializedEnvironment, expected: string): void {
  if (type === expected && version === 1) return;
  throw new SlipwayError(
    "ENVIRONMENT_NOT_LAUNCHABLE",
    `This is for a ${expected} (version 1), and the flow has a ${String(type)} (version ${String(version)})`,
    { given: { type, version }, accepted: [expected] },
  );
}
