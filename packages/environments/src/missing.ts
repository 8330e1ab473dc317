import { environmentInvalid } from "./environment-invalid.ts";

/**
 * Refuses arguments that are `undefined`. Called when an environment is stored, not when it is made:
 * in the container the environment variables that a flow file reads need not be set, and nobody stores there.
 */
export function refuseMissing(type: string, [path]: readonly string[]): void {
  if (path === undefined) return;
  throw environmentInvalid({
    type,
    path,
    problem:
      "is undefined; give a value or leave the argument out (if it comes from an environment variable, set that before you register)",
    given: "undefined",
    accepted: "JSON",
  });
}
