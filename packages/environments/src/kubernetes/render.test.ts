import { type JsonObject, RESERVED_VARIABLES } from "@slipway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REQUEST } from "../../test/launch-request.ts";
import { jobName } from "./job-name.ts";
import { parseJobSpec } from "./job-spec.ts";
import { renderJob } from "./render.ts";

/** The manual's example. */
const SPEC = parseJobSpec(
  `apiVersion: batch/v1
kind: Job
metadata:
  name: my-flow-job
  labels:
    identifier: ""
    team: harbour
spec:
  backoffLimit: 3
  template:
    metadata:
      labels:
        identifier: ""
    spec:
      restartPolicy: Never
      containers:
      - name: flow-container
        image: ""
        command: []
        args: [x]
        env:
          - name: MY_ENV
            value: foo
          - name: SLIPWAY__CLOUD__AUTH_TOKEN
            value: mine
        resources:
          limits:
            cpu: "2"
            memory: 4G
      - name: sidecar
        image: envoy
`,
  "job_spec.yaml",
);

const render = (more: JsonObject = {}) => renderJob({ jobSpec: SPEC, ...more }, REQUEST);

describe("rendering a Job", () => {
  it("changes the first container and the labels, and keeps the rest", () => {
    const labels = { identifier: REQUEST.attemptId, flow_run_id: REQUEST.flowRunId };
    expect(render()).toEqual({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: {
        name: jobName("my-flow-job", REQUEST.flowRunId, 1),
        namespace: "default",
        labels: { ...labels, team: "harbour" },
      },
      spec: {
        backoffLimit: 3,
        template: {
          metadata: { labels },
          spec: {
            restartPolicy: "Never",
            containers: [
              {
                name: "flow-container",
                image: REQUEST.image,
                command: ["node", "/slipway/flow.mjs"],
                args: [],
                env: expect.any(Array),
                resources: { limits: { cpu: "2", memory: "4G" } },
              },
              { name: "sidecar", image: "envoy" },
            ],
          },
        },
      },
    });
  });

  it("appends the ten variables once each, after the author's", () => {
    const job = JSON.parse(JSON.stringify(render({ namespace: "flows" })));
    const { env } = job.spec.template.spec.containers[0];
    expect(env.map(({ name }: { name: string }) => name)).toEqual([
      "MY_ENV",
      ...RESERVED_VARIABLES,
    ]);
    expect(env).toContainEqual({ name: "SLIPWAY__CONTEXT__NAMESPACE", value: "flows" });
    expect(job.metadata.namespace).toBe("flows");
  });

  it("keeps the author's name only where that is asked for", () => {
    const nameOf = (job: JsonObject) => Object(job["metadata"]).name;
    expect(nameOf(render({ uniqueJobName: false }))).toBe("my-flow-job");
    const other = renderJob({ jobSpec: SPEC }, { ...REQUEST, attempt: 2 });
    expect(nameOf(other)).not.toBe(nameOf(render()));
  });

  it("makes what the manifest leaves out", () => {
    const job = renderJob({ jobSpec: { apiVersion: "batch/v1", kind: "Job" } }, REQUEST);
    expect(job).toMatchObject({
      metadata: { name: expect.stringMatching(/^weather-report-/) },
      spec: { template: { spec: { containers: [{ name: "flow", image: REQUEST.image }] } } },
    });
  });
});

describe("jobName", () => {
  it("obeys Kubernetes' rule whatever the prefix", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 100 }), fc.nat(), (prefix, attempt) => {
        expect(jobName(prefix, REQUEST.flowRunId, attempt)).toMatch(
          /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])$/,
        );
      }),
    );
  });
});
