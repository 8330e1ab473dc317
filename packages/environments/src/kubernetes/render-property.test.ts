import { type Json, type JsonObject, RESERVED_VARIABLES } from "@slipway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REQUEST } from "../../test/launch-request.ts";
import { jobName } from "./job-name.ts";
import { kubernetesArguments } from "./kubernetes-arguments.ts";
import { listOf, objectOf, podSpecOf } from "./read-job.ts";
import { renderLaunch } from "./render.ts";

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 3 }),
  ),
})).value;
/** Fields that no version of Kubernetes has, or has with these values. */
const unknown = fc.dictionary(fc.stringMatching(/^x[A-Za-z]{1,8}$/), json, { maxKeys: 3 });
const labels = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string(), { maxKeys: 3 });
const name = fc.oneof(fc.constantFrom(...RESERVED_VARIABLES), fc.stringMatching(/^[A-Z_]{1,9}$/));
const env = fc.array(
  fc.oneof(
    fc.record({ name, value: fc.string() }),
    fc.record({ name, valueFrom: fc.dictionary(fc.string(), json, { maxKeys: 2 }) }),
  ),
  { maxLength: 5 },
);
const optional = { requiredKeys: [] };
const withUnknown = (known: fc.Arbitrary<object>): fc.Arbitrary<JsonObject> =>
  fc.tuple(unknown, known).map(([more, given]) => ({ ...more, ...given }));
const container = withUnknown(
  fc.record(
    {
      name: fc.string(),
      image: fc.string(),
      command: fc.array(fc.string()),
      args: fc.array(fc.string()),
      env,
      resources: withUnknown(fc.record({ limits: labels, requests: labels }, optional)),
    },
    optional,
  ),
);
const metadata = withUnknown(
  fc.record({ name: fc.string(), namespace: fc.string(), labels, annotations: labels }, optional),
);
const podSpec = withUnknown(
  fc.record(
    {
      containers: fc.array(container, { maxLength: 3 }),
      initContainers: fc.array(container, { maxLength: 2 }),
      restartPolicy: fc.constantFrom("Never", "OnFailure"),
      volumes: fc.array(unknown, { maxLength: 2 }),
    },
    optional,
  ),
);
const job: fc.Arbitrary<JsonObject> = withUnknown(
  fc.record(
    {
      apiVersion: fc.constant("batch/v1"),
      kind: fc.constant("Job"),
      metadata,
      spec: withUnknown(
        fc.record(
          {
            backoffLimit: fc.nat(6),
            ttlSecondsAfterFinished: fc.nat(),
            suspend: fc.boolean(),
            template: withUnknown(fc.record({ metadata, spec: podSpec }, optional)),
          },
          optional,
        ),
      ),
    },
    { requiredKeys: ["apiVersion", "kind"] },
  ),
);

const render = (jobSpec: JsonObject) => {
  const launch = renderLaunch(kubernetesArguments({ jobSpec }), REQUEST);
  return objectOf(launch["CreateNamespacedJob"]);
};
const at = (value: Json | undefined, ...path: readonly string[]) =>
  path.reduce<JsonObject>((found, step) => objectOf(found[step]), objectOf(value));

/** The object without the fields that Slipway sets itself. */
function beside(value: Json | undefined, ...fields: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(objectOf(value)).filter(([field]) => !fields.includes(field)),
  );
}

describe("a rendered Job", () => {
  it("keeps every field outside the listed changes, unknown ones too", () => {
    fc.assert(
      fc.property(job, (given) => {
        const sent = render(given);
        const same = (fields: readonly string[], ...path: readonly string[]) => {
          const [before, after] = [given, sent].map((one) => beside(at(one, ...path), ...fields));
          expect(JSON.stringify(after)).toBe(JSON.stringify(before));
        };
        same(["metadata", "spec"]);
        same(["name", "namespace", "labels"], "metadata");
        same(["backoffLimit", "ttlSecondsAfterFinished", "template"], "spec");
        same(["metadata", "spec"], "spec", "template");
        same(["labels"], "spec", "template", "metadata");
        same(["restartPolicy", "containers"], "spec", "template", "spec");
        const own = at(given, "metadata", "labels");
        expect(at(sent, "metadata", "labels")).toMatchObject(
          beside(own, "identifier", "flow_run_id"),
        );
      }),
    );
  });

  it("keeps what its author set where Slipway only has a default", () => {
    fc.assert(
      fc.property(job, (given) => {
        const spec = objectOf(given["spec"]);
        const sent = render(given);
        expect(sent["spec"]).toMatchObject({
          backoffLimit: spec["backoffLimit"] ?? 0,
          ttlSecondsAfterFinished: spec["ttlSecondsAfterFinished"] ?? 3600,
        });
        expect(podSpecOf(sent)["restartPolicy"]).toBe(podSpecOf(given)["restartPolicy"] ?? "Never");
      }),
    );
  });

  it("leaves sidecars and init containers to the letter, and of the first what is not listed", () => {
    fc.assert(
      fc.property(job, (given) => {
        const [before, after] = [given, render(given)].map(podSpecOf);
        const [first, ...others] = listOf(before?.["containers"]);
        const [flow, ...rest] = listOf(after?.["containers"]);
        expect(JSON.stringify(rest)).toBe(JSON.stringify(others));
        const set = ["name", "image", "command", "args", "env"];
        expect(JSON.stringify(beside(flow, ...set))).toBe(JSON.stringify(beside(first, ...set)));
      }),
    );
  });

  it("has each reserved name once, after the author's own variables in their order", () => {
    fc.assert(
      fc.property(job, (given) => {
        const names = (one: JsonObject) =>
          listOf(objectOf(listOf(podSpecOf(one)["containers"])[0])["env"]).map(
            (entry) => objectOf(entry)["name"],
          );
        const reserved: readonly (Json | undefined)[] = RESERVED_VARIABLES;
        const own = names(given).filter((variable) => !reserved.includes(variable));
        expect(names(render(given))).toEqual([...own, ...RESERVED_VARIABLES]);
      }),
    );
  });

  it("is the same each time, and leaves what was given as it was", () => {
    fc.assert(
      fc.property(job, (given) => {
        const before = JSON.stringify(given);
        expect(JSON.stringify(render(given))).toBe(JSON.stringify(render(given)));
        expect(JSON.stringify(given)).toBe(before);
      }),
    );
  });
});

describe("jobName", () => {
  it("obeys Kubernetes' rule for labels, whatever the prefix, also after a pod's suffix was cut", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 100 }), fc.nat(), (prefix, attempt) => {
        const made = jobName(prefix, REQUEST.flowRunId, attempt);
        expect(made).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])$/);
        expect(jobName(prefix, REQUEST.flowRunId, attempt)).toBe(made);
        expect(jobName(prefix, REQUEST.flowRunId, attempt + 1)).not.toBe(made);
      }),
    );
  });
});
