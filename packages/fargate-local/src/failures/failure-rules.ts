import type { StopCode } from "../model/task.ts";
import type { Answer } from "./answers.ts";
import type { Occurrence } from "./occurrence.ts";
import type { Rate } from "./rates.ts";
import type { TaskFailureName } from "./task-failures.ts";

/** What both kinds of rule look for. */
interface Rule {
  readonly occurrence: Occurrence;
  /** A family's name, in which `*` stands for any text; absent for all. */
  readonly family?: string | undefined;
  readonly capacityProvider?: string | undefined;
}

/** Calls of one operation that are answered otherwise. */
export interface OperationRule extends Rule {
  readonly operation: string;
  readonly answer: Answer;
}

/** Tasks that fail. */
export interface TaskRule extends Rule {
  readonly task: TaskFailureName;
  readonly afterMs: number;
  readonly container?: string | undefined;
  readonly stopCode?: StopCode | "none" | undefined;
  readonly stoppedReason?: string | undefined;
}

/** A script of failures, checked. */
export interface FailureScript {
  readonly operations: readonly OperationRule[];
  readonly tasks: readonly TaskRule[];
  /** Quotas by operation. */
  readonly rates: Readonly<Record<string, Rate>>;
  /** How long a new task stays unknown to DescribeTasks and ListTasks. */
  readonly settleMs: number;
}
