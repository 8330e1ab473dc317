import type { JsonObject } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { REQUEST } from "../../../test/launch-request.ts";
import { RIGHTS } from "../rights.ts";
import { planKubernetes } from "./plan.ts";

function argsWith(env: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  const spec = { template: { spec: { containers: [{ name: "main", env }] } } };
  return { jobSpec: { apiVersion: "batch/v1", kind: "Job", spec }, ...more };
}

const plan = (args: JsonObject, previous?: JsonObject) =>
  planKubernetes({ args, request: REQUEST, previous: previous && { args: previous } });
const ENV = "CreateNamespacedJob.spec.template.spec.containers[0].env";

describe("a plan", () => {
  it("has both inputs, the Job's size, and the Role in the Job's namespace", () => {
    const { inputs, size, policy, changes } = plan(argsWith([], { namespace: "flows" }));
    expect(Object.keys(inputs)).toEqual(["CreateNamespacedSecret", "CreateNamespacedJob"]);
    expect(size.bytes).toBe(JSON.stringify(inputs["CreateNamespacedJob"]).length);
    expect(size.most).toBeGreaterThan(1_000_000);
    expect(policy).toMatchObject({ kind: "Role", metadata: { namespace: "flows" } });
    const granted = policy.rules.flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${resource} ${verb}`)),
    );
    expect(granted.sort()).toEqual(
      RIGHTS.map(({ resource, verb }) => `${resource} ${verb}`).sort(),
    );
    expect(changes).toEqual([]);
  });

  it("is without changes where nothing has changed", () => {
    const args = argsWith([{ name: "A", value: "1" }]);
    expect(plan(args, args).changes).toEqual([]);
  });

  it("names the variable that differs, whatever its place, and arguments beside the Job", () => {
    const before = argsWith([{ name: "A", value: "1" }], { startTimeout: "5m" });
    const after = argsWith(
      [
        { name: "NEW", value: "x" },
        { name: "A", value: "2" },
      ],
      { stopGrace: "20s" },
    );
    expect(plan(after, before).changes).toEqual([
      { path: `${ENV}.A`, from: "1", to: "2" },
      { path: `${ENV}.NEW`, to: "x" },
      { path: "startTimeout", from: "5m" },
      { path: "stopGrace", to: "20s" },
    ]);
  });

  it("tells a namespace once, where the Job has it", () => {
    const paths = plan(argsWith([], { namespace: "b" }), argsWith([], { namespace: "a" })).changes;
    expect(paths.map(({ path }) => path).toSorted()).toEqual([
      "CreateNamespacedJob.metadata.namespace",
      `${ENV}.SLIPWAY__CONTEXT__NAMESPACE`,
    ]);
  });

  it("hides values under names that say they are secrets, and no names of Secrets", () => {
    const before = argsWith([{ name: "DB_PASSWORD", value: "canary-1" }]);
    const after = argsWith([{ name: "DB_PASSWORD", value: "canary-2" }]);
    const hidden = "‹hidden›";
    expect(plan(after, before).changes).toEqual([
      { path: `${ENV}.DB_PASSWORD`, from: hidden, to: hidden },
    ]);
    const from = { secretKeyRef: { name: "db", key: "password" } };
    const byReference = argsWith([{ name: "DB_PASSWORD", valueFrom: from }]);
    expect(plan(byReference, before).changes).toEqual([
      { path: `${ENV}.DB_PASSWORD`, from: hidden, to: { valueFrom: from } },
    ]);
  });

  it("hides annotations whose name says so behind a domain", () => {
    const annotated = (value: string) => {
      const metadata = { annotations: { "example.com/token": value } };
      return { jobSpec: { apiVersion: "batch/v1", kind: "Job", metadata } };
    };
    const { changes } = plan(annotated("canary-2"), annotated("canary-1"));
    expect(changes).toHaveLength(1);
    expect(JSON.stringify(changes)).not.toContain("canary");
  });

  it("hides secrets of a container that is new", () => {
    const env = [{ name: "API_TOKEN", value: "canary" }];
    const spec = { template: { spec: { containers: [{ name: "main" }, { name: "side", env }] } } };
    const after = { jobSpec: { apiVersion: "batch/v1", kind: "Job", spec } };
    const { changes } = plan(after, argsWith([]));
    expect(changes).toHaveLength(1);
    expect(JSON.stringify(changes)).not.toContain("canary");
  });
});
