import { Flow, type Ref, task } from "@slipway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runFlow } from "./recorded-run.ts";

/** A flow in which task n may wait for tasks before it; `fails` says which throw. */
const flows = fc.array(
  fc.record({
    fails: fc.boolean(),
    upstreams: fc.array(fc.nat(20), { maxLength: 4 }),
  }),
  { maxLength: 20 },
);

describe("any flow", () => {
  it("runs a task where all upstreams succeeded, after them, and no other", async () => {
    await fc.assert(
      fc.asyncProperty(flows, fc.integer({ min: 1, max: 4 }), async (plan, concurrency) => {
        const ran: number[] = [];
        const upstreamsOf = (n: number) =>
          (plan[n]?.upstreams ?? []).filter((upstream) => upstream < n);
        const work = task("work", async ({ n }: { n: number; after: readonly unknown[] }) => {
          ran.push(n);
          if (n % 3 === 0) await Promise.resolve();
          if (plan[n]?.fails) throw new Error(`task ${n} fails`);
        });
        const flow = new Flow("any", {}, () => {
          const refs: Ref<void>[] = [];
          for (const n of plan.keys()) {
            refs.push(
              work({ n, after: upstreamsOf(n).flatMap((upstream) => refs[upstream] ?? []) }),
            );
          }
        });

        const { tasks, state } = await runFlow(flow, { concurrency });

        const succeeds = (n: number): boolean => runs(n) && plan[n]?.fails === false;
        const runs = (n: number): boolean => upstreamsOf(n).every(succeeds);
        const numbers = [...plan.keys()];
        expect([...ran].sort((a, b) => a - b)).toEqual(numbers.filter(runs));
        for (const n of ran) {
          for (const upstream of upstreamsOf(n)) {
            expect(ran.indexOf(upstream)).toBeLessThan(ran.indexOf(n));
          }
        }
        const slugs = flow.tasks.map((each) => each.slug);
        expect(slugs.map((slug) => tasks.get(slug)?.state.type)).toEqual(
          numbers.map((n) => (succeeds(n) ? "Success" : runs(n) ? "Failed" : "TriggerFailed")),
        );
        const decided = flow.referenceTasks.every((each) => succeeds(slugs.indexOf(each.slug)));
        expect(state.type).toBe(decided ? "Success" : "Failed");
      }),
    );
  });
});
