import { z } from "zod";
import { STOP_CODES } from "../model/task.ts";
import type { TaskRule } from "./failure-rules.ts";
import { at, type Place, parsePart, scriptError } from "./script-error.ts";
import { durationSchema, occurrenceOf, ruleShape } from "./script-fields.ts";
import { isOfContainer, TASK_FAILURES } from "./task-failures.ts";

const schema = z.strictObject({
  ...ruleShape,
  task: z.enum(TASK_FAILURES),
  after: durationSchema.optional(),
  container: z.string().optional(),
  stopCode: z.enum(["none", ...STOP_CODES]).optional(),
  stoppedReason: z.string().optional(),
});

export function parseTaskRule(entry: unknown, place: Place, seed: number): TaskRule {
  const { times, every, chance, after = 0, ...rule } = parsePart(schema, entry, place);
  if (rule.container !== undefined && !isOfContainer(rule.task)) {
    const must = `can't be given for ${rule.task}, which is about the whole task`;
    throw scriptError(at(place, "container"), { given: rule.container, must });
  }
  const occurrence = occurrenceOf({ times, every, chance }, 0, seed, place);
  return { ...rule, afterMs: after, occurrence };
}
