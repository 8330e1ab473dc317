import { describe, expect, it } from "vitest";
import { parseFailureScript } from "./failure-script.ts";

const rule = (fields: object) => ({
  failures: [{ operation: "RunTask", answer: "throttle", ...fields }],
});
const task = (fields: object) => ({ failures: [{ task: "role", ...fields }] });

function errorOf(given: unknown): { message: string; details: unknown } {
  try {
    parseFailureScript(given, "failures.yaml");
  } catch (error) {
    return error as { message: string; details: unknown }; // a SlipwayError: its fields are compared
  }
  throw new Error("the script was accepted");
}

describe("parseFailureScript", () => {
  it("takes nothing for a script without failures", () => {
    const nothing = { operations: [], tasks: [], rates: {}, settleMs: 0 };
    expect(parseFailureScript(null)).toEqual(nothing);
    expect(parseFailureScript({})).toEqual(nothing);
    expect(parseFailureScript({ failures: [] })).toEqual(nothing);
  });

  it("gives calls and tasks their rules, once without a number", () => {
    const script = parseFailureScript({
      settle: "2s",
      rates: { RunTask: { burst: 100, perSecond: 20 } },
      failures: [
        {
          operation: "RunTask",
          family: "etl-*",
          after: 2,
          times: 3,
          answer: { late: { delay: "1.5s" } },
        },
        { task: "spot-reclaim", family: "etl", after: "1m", stopCode: "none" },
        { task: "out-of-memory", container: "flow", every: 2 },
      ],
    });
    expect(script.operations).toEqual([
      {
        operation: "RunTask",
        family: "etl-*",
        capacityProvider: undefined,
        occurrence: { after: 2, when: { times: 3 } },
        answer: { type: "late", delayMs: 1500 },
      },
    ]);
    expect(script.tasks).toMatchObject([
      {
        task: "spot-reclaim",
        afterMs: 60_000,
        stopCode: "none",
        occurrence: { after: 0, when: { times: 1 } },
      },
      { task: "out-of-memory", afterMs: 0, container: "flow", occurrence: { when: { every: 2 } } },
    ]);
    expect(script.settleMs).toBe(2000);
    expect(script.rates).toEqual({ RunTask: { burst: 100, perSecond: 20 } });
  });

  it.each([
    ["a list", [1], "", /the script must be a map of fields, not \[1\]/],
    ["text", "nothing", "", /the script must be a map of fields, not "nothing"/],
    [
      "an unknown field",
      { failure: [] },
      "",
      /can have only the fields failures, rates, settle, seed, not "failure"; did you mean "failures"\?/,
    ],
    ["no list", { failures: {} }, "failures", /failures must be a list/],
    [
      "an empty entry",
      { failures: [null] },
      "failures[0]",
      /must have either operation .* or task/,
    ],
    ["both kinds", rule({ task: "role" }), "failures[0]", /must have either operation/],
    [
      "a misspelt operation",
      rule({ operation: "RunTasks" }),
      "failures[0].operation",
      /did you mean "RunTask"\?/,
    ],
    [
      "a misspelt failure",
      { failures: [{ task: "spot-reclam" }] },
      "failures[0].task",
      /must be one of .*spot-reclaim.*; did you mean "spot-reclaim"\?/,
    ],
    [
      "a misspelt answer",
      rule({ answer: "throtle" }),
      "failures[0].answer",
      /did you mean "throttle"\?/,
    ],
    [
      "an answer without its fields",
      rule({ answer: "error" }),
      "failures[0].answer",
      /must be a map like \{ error: \{ exception/,
    ],
    [
      "a misspelt name of a field that is needed",
      { failures: [{ operation: "RunTask", anwser: "throttle" }] },
      "failures[0]",
      /not "anwser"; did you mean "answer"\?/,
    ],
    [
      "no answer",
      rule({ answer: undefined }),
      "failures[0].answer",
      /must be one of throttle, .*, not absent/,
    ],
    [
      "two answers",
      rule({ answer: { late: { delay: "1s" }, error: {} } }),
      "failures[0].answer",
      /must be one of/,
    ],
    [
      "a delay without a unit",
      rule({ answer: { late: { delay: 2 } } }),
      "failures[0].answer.late.delay",
      /must be a time such as "500ms", "2s" or "1m", not 2/,
    ],
    [
      "a status of success",
      rule({ answer: { error: { exception: "X", status: 200 } } }),
      "failures[0].answer.error.status",
      /from 400 to 599, not 200/,
    ],
    [
      "failures that are no list",
      rule({ answer: { failures: "RESOURCE:CPU" } }),
      "failures[0].answer.failures",
      /must be a list/,
    ],
    [
      "a failure without a reason",
      rule({ answer: { failures: [{}] } }),
      "failures[0].answer.failures[0].reason",
      /must be text, not absent/,
    ],
    [
      "capacity elsewhere",
      rule({ operation: "StopTask", answer: "capacity" }),
      "failures[0].answer",
      /only for RunTask/,
    ],
    [
      "failures elsewhere",
      rule({ operation: "StopTask", answer: { failures: [] } }),
      "failures[0].answer",
      /whose answer has none/,
    ],
    [
      "a time before a call",
      rule({ after: "2s" }),
      "failures[0].after",
      /must be a number of calls that go well before, not "2s"/,
    ],
    [
      "a family where none is named",
      rule({ operation: "CreateCluster", family: "a" }),
      "failures[0].family",
      /can only be given for RunTask/,
    ],
    [
      "a provider elsewhere",
      rule({ operation: "StopTask", capacityProvider: "FARGATE" }),
      "failures[0].capacityProvider",
      /only be given for RunTask/,
    ],
    [
      "an unknown provider",
      rule({ capacityProvider: "FARGATE-SPOT" }),
      "failures[0].capacityProvider",
      /did you mean "FARGATE_SPOT"\?/,
    ],
    ["no times", rule({ times: 0 }), "failures[0].times", /must be at least 1, not 0/],
    ["half a time", rule({ times: 1.5 }), "failures[0].times", /must be a whole number, not 1.5/],
    ["too much chance", rule({ chance: 2 }), "failures[0].chance", /must be at most 1, not 2/],
    [
      "two ways to count",
      rule({ times: 1, every: 2 }),
      "failures[0]",
      /can have only one of times, every, chance, not \["times","every"\]/,
    ],
    ["a number before a task", task({ after: 3 }), "failures[0].after", /must be a time such as/],
    [
      "a container of a whole task's failure",
      task({ container: "flow" }),
      "failures[0].container",
      /about the whole task/,
    ],
    [
      "an unknown stop code",
      task({ stopCode: "SpotInterrupted" }),
      "failures[0].stopCode",
      /did you mean "SpotInterruption"\?/,
    ],
    ["a misspelt field", task({ tims: 3 }), "failures[0]", /did you mean "times"\?/],
    ["a rate of nothing known", { rates: { RunTsk: {} } }, "rates", /did you mean "RunTask"\?/],
    [
      "an empty bucket",
      { rates: { RunTask: { burst: 0, perSecond: 1 } } },
      "rates.RunTask.burst",
      /must be at least 1/,
    ],
    ["a time beyond what timers hold", { settle: "600h" }, "settle", /must be a time such as/],
    ["no seconds", { settle: "soon" }, "settle", /must be a time such as/],
  ])("refuses %s, with its path", (_name, given, path, words) => {
    const { message, details } = errorOf(given);
    expect(message).toMatch(words);
    expect(message).toMatch(/^failures\.yaml: /);
    expect(details).toMatchObject({ source: "failures.yaml", path });
  });
});
