import { setTimeout as sleep } from "node:timers/promises";
import { Flow, type StandardSchema, task } from "@slipway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FlowRunnerOptions } from "../src/index.ts";
import { runFlow } from "./recorded-run.ts";

const CANCELLED = { type: "Cancelled", message: "cancelled on request" } as const;
const reason = new Error("stop");

/** Waits for the stop and throws, as most of Node does with a signal. */
const obedient = task("obedient", async (_inputs, { signal }) => {
  await sleep(60_000, undefined, { signal });
});
/** Does not know of the stop, and ends well a little after it. */
const thorough = task("thorough", () => sleep(20, "done"));
/** Returns in order once it is told to stop. */
const heeding = task("heeding", async (_inputs, { signal }) => {
  await sleep(60_000, undefined, { signal }).catch(() => undefined);
  return "half of it";
});
const deaf = task("deaf", () => new Promise<never>(() => undefined));
const next = task("next", () => "next");

/** Stops the run as soon as all that can run is running; cancelled once the tasks have ended, unless told. */
async function stopFlow(build: () => unknown, options: Partial<FlowRunnerOptions> = {}) {
  const controller = new AbortController();
  const run = runFlow(new Flow("f", {}, build), {
    signal: controller.signal,
    onStop: async (tasksEnded) => {
      await tasksEnded;
      return CANCELLED;
    },
    ...options,
  });
  await sleep(5);
  controller.abort(reason);
  return run;
}

describe("a run that is cancelled", () => {
  it("ends Cancelled, with the tasks that run and those that wait", async () => {
    const { state, reporter, tasks } = await stopFlow(() =>
      next({}, { upstreamTasks: [obedient()] }),
    );
    expect(state).toMatchObject(CANCELLED);
    expect(reporter.taskStates).toEqual([
      "obedient Running",
      "next Cancelled",
      "obedient Cancelled",
    ]);
    expect(reporter.taskMessages.get("next")).toBe("cancelled on request");
    expect(reporter.flowStates.map(({ type }) => type)).toEqual(["Running", "Cancelled"]);
    expect(tasks.size).toBe(0);
  });

  it("keeps what ended in time, and starts nothing after it", async () => {
    const { state, reporter } = await stopFlow(() =>
      next({}, { upstreamTasks: [thorough(), obedient()] }),
    );
    expect(state.type).toBe("Cancelled");
    expect(reporter.taskStates.slice(2)).toEqual([
      "thorough Success",
      "next Cancelled",
      "obedient Cancelled",
    ]);
  });

  it("does not wait for a task that takes no notice", async () => {
    const { state, reporter } = await stopFlow(() => deaf(), { onStop: async () => CANCELLED });
    expect(state.type).toBe("Cancelled");
    expect(reporter.taskStates.at(-1)).toBe("deaf Cancelled");
  });

  it("ends a mapped task with its runs, and makes none of the elements that wait", async () => {
    const each = task("each", async ({ x }: { x: number }, { signal }) => {
      if (x > 0) await sleep(60_000, undefined, { signal });
    });
    const { reporter } = await stopFlow(() => each.map({ x: [0, 1, 2, 3, 4] }), { concurrency: 2 });
    expect(reporter.taskStates.slice(0, 5)).toEqual([
      "each Running",
      "each[0] Running",
      "each[1] Running",
      "each[0] Success",
      "each[2] Running",
    ]);
    expect(reporter.taskStates.slice(5).sort()).toEqual([
      "each Cancelled",
      "each[1] Cancelled",
      "each[2] Cancelled",
    ]);
  });

  it("ends by its tasks where the last of them ends in time", async () => {
    const { state, reporter } = await stopFlow(() => thorough());
    expect(state.type).toBe("Success");
    expect(reporter.taskStates.at(-1)).toBe("thorough Success");
  });

  it("takes a task that heeds the signal for stopped, although it returns, and keeps no result of it", async () => {
    const written: unknown[] = [];
    const result = {
      write: async (value: unknown) => {
        written.push(value);
        return { location: "/results/x.json" };
      },
    };
    const kept = task("kept", { result }, async (_inputs: object, { signal }) => {
      await sleep(60_000, undefined, { signal }).catch(() => undefined);
      return "half of it";
    });
    const { state, reporter } = await stopFlow(() => [heeding(), kept()]);
    expect(state.type).toBe("Cancelled");
    expect(reporter.taskStates.slice(2)).toEqual(["heeding Cancelled", "kept Cancelled"]);
    expect([written, reporter.logs]).toEqual([[], []]);
  });

  it("logs what else a task throws, but not that it was stopped", async () => {
    const clumsy = task("clumsy", async (_inputs, { signal }) => {
      await sleep(60_000, undefined, { signal }).catch(() => undefined);
      throw new Error("cannot clean up");
    });
    const checking = task("checking", async (_inputs, { signal }) => {
      await sleep(60_000, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    });
    const { reporter } = await stopFlow(() => [clumsy(), obedient(), checking()]);
    expect(reporter.logs.map(({ task: key, message }) => [key?.taskSlug, message])).toEqual([
      ["clumsy", expect.stringContaining("cannot clean up")],
    ]);
    expect(reporter.taskStates.slice(3)).toEqual([
      "clumsy Cancelled",
      "obedient Cancelled",
      "checking Cancelled",
    ]);
  });

  it("does not call a task whose inputs were still being validated", async () => {
    let calls = 0;
    const inputs: StandardSchema<{ x: number }> = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: async (value) => {
          await sleep(20);
          return { value: value as { x: number } };
        },
      },
    };
    const strict = task("strict", { inputs }, () => calls++);
    const { reporter } = await stopFlow(() => strict({ x: 1 }));
    expect([calls, reporter.taskStates.at(-1), reporter.logs]).toEqual([0, "strict Cancelled", []]);
  });

  it("reports nothing that a task does after it", async () => {
    let release = () => {};
    const late = task("late", async (_inputs, { logger }) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      logger.info("the context's logger is the task's own");
      throw new Error("too late");
    });
    const { reporter } = await stopFlow(() => late(), { onStop: async () => CANCELLED });
    const reported = [...reporter.taskStates];
    release();
    await sleep(5);
    expect(reporter.taskStates).toEqual(reported);
    expect(reporter.logs).toHaveLength(1);
  });
});

describe("a run that is left unfinished", () => {
  it("reports the end of no task and not its own", async () => {
    const { state, reporter } = await stopFlow(
      () => next({}, { upstreamTasks: [thorough(), obedient()] }),
      {
        onStop: async (tasksEnded) => {
          await tasksEnded;
          return { type: "Unfinished" };
        },
      },
    );
    expect(state.type).toBe("Running");
    expect(reporter.flowStates.map(({ type }) => type)).toEqual(["Running"]);
    expect(reporter.taskStates).toEqual([
      "thorough Running",
      "obedient Running",
      "thorough Success",
    ]);
  });
});

describe("any stop at any time", () => {
  it("starts no task after it, and leaves none running where it cancels", async () => {
    const plans = fc.record({
      stopAt: fc.nat(30),
      width: fc.integer({ min: 1, max: 6 }),
      depth: fc.integer({ min: 1, max: 5 }),
      concurrency: fc.integer({ min: 1, max: 4 }),
      patient: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(plans, async ({ stopAt, width, depth, concurrency, patient }) => {
        const controller = new AbortController();
        let calls = 0;
        let startedAfter = 0;
        const step = task("step", async ({ x }: { x: number }) => {
          if (controller.signal.aborted) startedAfter += 1;
          if (calls++ === stopAt) controller.abort(reason);
          if (x % 2 === 0) await Promise.resolve();
          return x + 1;
        });
        const flow = new Flow("any", {}, () => {
          let refs = step.map({ x: Array.from({ length: width }, (_, x) => x) });
          for (let n = 1; n < depth; n++) refs = step.map({ x: refs });
        });
        const { state, reporter } = await runFlow(flow, {
          concurrency,
          signal: controller.signal,
          onStop: async (tasksEnded) => {
            if (patient) await tasksEnded;
            return CANCELLED;
          },
        });
        const last = new Map(
          reporter.taskStates.map((line) => line.split(" ") as [string, string]),
        );
        expect(startedAfter).toBe(0);
        expect([...last.values()]).not.toContain("Running");
        expect(state.type).toBe([...last.values()].includes("Cancelled") ? "Cancelled" : "Success");
      }),
    );
  });
});
