import { runTaskSchema } from "../model/run-task.ts";
import { type ScriptedAnswer, scriptedAnswer, THROTTLED } from "./answers.ts";
import type { FailurePlan, PlannedTask, TaskFailures } from "./failure-plan.ts";
import type { FailureScript, TaskRule } from "./failure-rules.ts";
import { familiesNamed, type KnownTasks } from "./named-families.ts";
import { takeTurn } from "./occurrence.ts";
import { type Bucket, takeTokens } from "./rates.ts";
import { planFailure } from "./task-failures.ts";

/** A call that a script may answer otherwise. */
export interface Call {
  readonly operation: string;
  readonly input: unknown;
}

/** A script at work: it counts what it has seen since the server started. */
export class Failures implements TaskFailures {
  readonly #script: FailureScript;
  readonly #buckets = new Map<string, Bucket>();
  #calls: readonly number[] = [];
  #tasks: readonly number[] = [];

  constructor(script: FailureScript) {
    this.#script = script;
  }

  get settleMs(): number {
    return this.#script.settleMs;
  }

  /** How a call is to be answered; undefined where it goes well. `nowS` in seconds. */
  answerTo(call: Call, store: KnownTasks, nowS: number): ScriptedAnswer | undefined {
    if (this.#isOverRate(call, nowS)) return THROTTLED;
    const families = familiesNamed(call.operation, call.input, store);
    const turn = takeTurn(
      this.#script.operations,
      this.#calls,
      ({ operation, family, capacityProvider }) =>
        operation === call.operation &&
        isFamily(family, families) &&
        (capacityProvider === undefined || providersOf(call).includes(capacityProvider)),
    );
    this.#calls = turn.seen;
    return turn.rule && scriptedAnswer(turn.rule.answer, call.operation);
  }

  planFor(planned: PlannedTask): FailurePlan | undefined {
    const { task, definition } = planned;
    const turn = takeTurn(
      this.#script.tasks,
      this.#tasks,
      (rule) =>
        isFamily(rule.family, [definition.family]) &&
        (rule.capacityProvider === undefined ||
          task.capacityProviderName === rule.capacityProvider) &&
        planOf(rule, planned) !== undefined,
    );
    this.#tasks = turn.seen;
    return turn.rule && planOf(turn.rule, planned);
  }

  #isOverRate({ operation, input }: Call, nowS: number): boolean {
    const rate = this.#script.rates[operation];
    if (rate === undefined) return false;
    const wanted = operation === "RunTask" ? countOf(input) : 1;
    const { taken, bucket } = takeTokens(rate, this.#buckets.get(operation), wanted, nowS);
    this.#buckets.set(operation, bucket);
    return !taken;
  }
}

function planOf(rule: TaskRule, planned: PlannedTask): FailurePlan | undefined {
  const { task, afterMs, container, stopCode, stoppedReason } = rule;
  const plan = planFailure(task, planned, container);
  return (
    plan && {
      ...plan,
      afterMs,
      ...(stopCode === undefined ? {} : { stopCode }),
      ...(stoppedReason === undefined ? {} : { stoppedReason }),
    }
  );
}

/** Fargate's quota is on tasks, not on calls. */
function countOf(input: unknown): number {
  return runTaskSchema.safeParse(input).data?.count ?? 1;
}

function providersOf({ input }: Call): string[] {
  const strategy = runTaskSchema.safeParse(input).data?.capacityProviderStrategy ?? [];
  return strategy.map(({ capacityProvider = "" }) => capacityProvider);
}

function isFamily(pattern: string | undefined, families: readonly string[]): boolean {
  if (pattern === undefined) return true;
  const parts = pattern.split("*").map((part) => part.replaceAll(/[^\w-]/g, "\\$&"));
  const whole = new RegExp(`^${parts.join(".*")}$`);
  return families.some((family) => whole.test(family));
}
