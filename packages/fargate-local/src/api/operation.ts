import type { z } from "zod";
import { refusal, toError } from "../model/refusal.ts";
import type { Store } from "../store/store.ts";
import type { TaskService } from "../tasks/task-service.ts";

/** What an operation works on, for one request. */
export interface OperationContext {
  readonly store: Store;
  readonly tasks: TaskService;
  /** From the request's signature. */
  readonly region: string;
  readonly now: () => number;
  /** How long a new task stays unknown (seconds): 0 without a script of failures. */
  readonly settleS: number;
}

export type Operation = (
  input: unknown,
  context: OperationContext,
) => Promise<Record<string, unknown>>;

/** An operation whose input is checked by a schema first. In AWS's protocol null is the same as absent. */
export function defineOperation<T>(
  schema: z.ZodType<T>,
  operate: (input: T, context: OperationContext) => Promise<Record<string, unknown>>,
): Operation {
  return async (input, context) => {
    const parsed = schema.safeParse(withoutNulls(input));
    if (parsed.success) return operate(parsed.data, context);
    const [issue] = parsed.error.issues;
    const path = issue?.path.join(".") ?? "";
    throw toError(
      refusal("SerializationException", `${path === "" ? "The request" : path}: ${issue?.message}`),
    );
  };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}
