import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContainerExit } from "../drivers/driver.ts";
import { STOP_CODES } from "../model/task.ts";
import { type FailurePlan, plannedExit, plannedStop } from "./failure-plan.ts";
import { parseFailureScript } from "./failure-script.ts";
import { Failures } from "./failures.ts";
import { takeTurn } from "./occurrence.ts";

const PLAN: FailurePlan = { name: "x", stage: "run", afterMs: 0, exits: {}, kills: [] };
const stop = fc.record({ code: fc.constantFrom(...STOP_CODES), reason: fc.string() });
const exit: fc.Arbitrary<ContainerExit> = fc.record(
  { exitCode: fc.nat(255), reason: fc.string() },
  { requiredKeys: [] },
);

describe("without a plan", () => {
  it("a task stops as it would, and a container ends as it did", () => {
    fc.assert(
      fc.property(stop, exit, fc.string(), (asked, ended, name) => {
        expect(plannedStop(undefined, asked.code, asked.reason)).toEqual(asked);
        expect(plannedExit(undefined, name, ended)).toBe(ended);
        expect(plannedExit(PLAN, name, ended)).toBe(ended);
      }),
    );
  });

  it("no rule takes a call", () => {
    expect(takeTurn([], [], () => true)).toEqual({ rule: undefined, seen: [] });
  });
});

describe("with a plan", () => {
  it("a code may be left out or replaced, and a container's end may be another", () => {
    const asked = ["UserInitiated", "enough"] as const;
    expect(plannedStop({ ...PLAN, stopCode: "none" }, ...asked).code).toBeUndefined();
    expect(plannedStop({ ...PLAN, stoppedReason: "mine" }, ...asked)).toEqual({
      code: "UserInitiated",
      reason: "mine",
    });
    const exits = { flow: { exitCode: 137 } };
    expect(plannedExit({ ...PLAN, exits }, "flow", { exitCode: 0 })).toEqual({ exitCode: 137 });
  });
});

describe("Failures", () => {
  it("answers nothing of its own while its rules are about others", () => {
    const failures = new Failures(
      parseFailureScript({
        rates: { RunTask: { burst: 1, perSecond: 1 } },
        failures: [{ operation: "StopTask", answer: "throttle", times: 1000 }],
      }),
    );
    const operation = fc.constantFrom("ListTasks", "DescribeTasks", "RegisterTaskDefinition");
    const store = { tasks: { get: () => undefined } };
    fc.assert(
      fc.property(operation, fc.jsonValue(), (name, input) => {
        // The store is only asked for tasks by their names.
        expect(failures.answerTo({ operation: name, input }, store, 0)).toBeUndefined();
      }),
    );
  });
});
