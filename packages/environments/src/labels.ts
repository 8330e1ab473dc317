import { environmentInvalid } from "./environment-invalid.ts";

/** Checks an environment's labels and drops repeated ones. Throws `ENVIRONMENT_INVALID`. */
export function parseLabels(type: string, given: unknown): readonly string[] {
  if (given === undefined) return Object.freeze([]);
  if (!Array.isArray(given) || !given.every((label) => typeof label === "string" && label !== "")) {
    throw environmentInvalid({
      type,
      path: "labels",
      problem: "must be a list of texts that are not empty",
      accepted: "string[]",
    });
  }
  return Object.freeze([...new Set<string>(given)]);
}
