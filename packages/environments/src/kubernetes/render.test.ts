import { type JsonObject, RESERVED_VARIABLES } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { REQUEST } from "../../test/launch-request.ts";
import { jobName } from "./job-name.ts";
import { kubernetesArguments } from "./kubernetes-arguments.ts";
import { renderLaunch } from "./render.ts";

/** The manual's example, with a sidecar. */
const SPEC: JsonObject = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "my-flow-job", labels: { identifier: "", team: "harbour" } },
  spec: {
    backoffLimit: 3,
    template: {
      metadata: { labels: { identifier: "" } },
      spec: {
        restartPolicy: "OnFailure",
        containers: [
          {
            name: "flow-container",
            image: "",
            command: [],
            args: ["x"],
            env: [
              { name: "MY_ENV", value: "foo" },
              { name: "SLIPWAY__CLOUD__AUTH_TOKEN", value: "mine" },
            ],
            resources: { limits: { cpu: "2", memory: "4G" }, requests: { memory: "2G" } },
          },
          { name: "sidecar", image: "envoy" },
        ],
      },
    },
  },
};
const LABELS = {
  identifier: REQUEST.attemptId,
  flow_run_id: REQUEST.flowRunId,
  "slipway.dev/installation": REQUEST.installationId,
  "slipway.dev/identifier": REQUEST.attemptId,
  "slipway.dev/flow_run_id": REQUEST.flowRunId,
};
const NAME = jobName("my-flow-job", REQUEST.flowRunId, 1);

interface Rendered {
  readonly secret: JsonObject;
  // biome-ignore lint/suspicious/noExplicitAny: a Job's depth, read by a test
  readonly job: any;
}

function render(more: JsonObject = {}, request = REQUEST, contextNamespace?: string): Rendered {
  const launch = renderLaunch(
    kubernetesArguments({ jobSpec: SPEC, ...more }),
    request,
    contextNamespace,
  );
  const { CreateNamespacedSecret: secret = {}, CreateNamespacedJob: job = {} } = launch;
  return { secret, job };
}

describe("rendering a Job", () => {
  it("changes the first container and the labels, and keeps the rest", () => {
    expect(render().job).toEqual({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: NAME, namespace: "default", labels: { ...LABELS, team: "harbour" } },
      spec: {
        backoffLimit: 3,
        ttlSecondsAfterFinished: 3600,
        template: {
          metadata: { labels: LABELS },
          spec: {
            restartPolicy: "OnFailure",
            containers: [
              {
                name: "flow-container",
                image: REQUEST.image,
                command: ["node", "/slipway/flow.mjs"],
                args: [],
                env: expect.any(Array),
                resources: { limits: { cpu: "2", memory: "4G" }, requests: { memory: "2G" } },
              },
              { name: "sidecar", image: "envoy" },
            ],
          },
        },
      },
    });
  });

  it("appends the ten variables once each, after the author's, the token from the Secret", () => {
    const { env } = render({ namespace: "flows" }).job.spec.template.spec.containers[0];
    expect(env.map(({ name }: { name: string }) => name)).toEqual([
      "MY_ENV",
      ...RESERVED_VARIABLES,
    ]);
    expect(env).toContainEqual({ name: "SLIPWAY__CONTEXT__NAMESPACE", value: "flows" });
    expect(env).toContainEqual({
      name: "SLIPWAY__CLOUD__AUTH_TOKEN",
      valueFrom: { secretKeyRef: { name: NAME, key: "token" } },
    });
  });

  it("puts the token in an immutable Secret of the attempt, and nowhere else", () => {
    const { secret, job } = render();
    expect(secret).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: NAME, namespace: "default", labels: LABELS },
      type: "Opaque",
      immutable: true,
      stringData: { token: REQUEST.bootstrapToken },
    });
    expect(JSON.stringify(job)).not.toContain(REQUEST.bootstrapToken);
  });

  it("takes the namespace from the argument, the manifest, the context, in this order", () => {
    const jobSpec = { ...SPEC, metadata: { namespace: "own" } };
    const of = (more: JsonObject, context?: string) => {
      const { secret, job } = render(more, REQUEST, context);
      expect(Object(secret["metadata"]).namespace).toBe(job.metadata.namespace);
      return job.metadata.namespace;
    };
    expect(of({ jobSpec, namespace: "given" }, "context")).toBe("given");
    expect(of({ jobSpec }, "context")).toBe("own");
    expect(of({}, "context")).toBe("context");
    expect(of({})).toBe("default");
  });

  it("keeps the author's name only where that is asked for; the Secret's is the attempt's own", () => {
    const { job, secret } = render({ uniqueJobName: false });
    expect(job.metadata.name).toBe("my-flow-job");
    expect(secret).toMatchObject({ metadata: { name: NAME } });
    const second = render({}, { ...REQUEST, attempt: 2 });
    expect(second.job.metadata.name).not.toBe(NAME);
  });

  it("takes generateName as the name's beginning, so that a repeated call makes no second Job", () => {
    const jobSpec = { ...SPEC, metadata: { generateName: "nightly-" } };
    expect(render({ jobSpec }).job.metadata.name).toBe(jobName("nightly", REQUEST.flowRunId, 1));
    expect(render({ jobSpec, uniqueJobName: false }).job.metadata.name).toMatch(/^nightly-/);
  });

  it("makes what the manifest leaves out", () => {
    const { job } = render({ jobSpec: { apiVersion: "batch/v1", kind: "Job" } });
    expect(job).toMatchObject({
      metadata: { name: expect.stringMatching(/^weather-report-/) },
      spec: {
        backoffLimit: 0,
        ttlSecondsAfterFinished: 3600,
        template: {
          spec: {
            restartPolicy: "Never",
            containers: [{ name: "flow", image: REQUEST.image }],
          },
        },
      },
    });
  });

  it("leaves the limit for the whole Job out where there is one for each index", () => {
    const jobSpec = {
      ...SPEC,
      spec: { completionMode: "Indexed", completions: 1, backoffLimitPerIndex: 1 },
    };
    expect(render({ jobSpec }).job.spec).not.toHaveProperty("backoffLimit");
  });
});

describe("memory after OutOfMemory", () => {
  const policy = (max: string) => ({
    onInfrastructureFailure: { outOfMemory: { retries: 3, scaleMemory: { factor: 2, max } } },
  });
  const resources = (more: JsonObject, ...earlier: string[]) =>
    render(more, { ...REQUEST, earlier }).job.spec.template.spec.containers[0].resources;
  const given = { limits: { cpu: "2", memory: "4G" }, requests: { memory: "2G" } };

  it("is the author's own text until there was one", () => {
    expect(resources(policy("64Gi"))).toEqual(given);
    expect(resources(policy("64Gi"), "Evicted", "ImagePull")).toEqual(given);
    expect(resources({}, "OutOfMemory")).toEqual(given);
  });

  it("grows in limit and request, in whole Mi, up to the most", () => {
    expect(resources(policy("64Gi"), "OutOfMemory")).toEqual({
      limits: { cpu: "2", memory: "7630Mi" },
      requests: { memory: "3815Mi" },
    });
    expect(resources(policy("6GB"), "OutOfMemory", "Lost", "OutOfMemory")).toEqual({
      limits: { cpu: "2", memory: "6144Mi" },
      requests: { memory: "6144Mi" },
    });
    expect(resources(policy("1Gi"), "OutOfMemory")).toEqual(given);
  });

  it("leaves a pod with memory of its own the room for the other containers", () => {
    const half = { memory: "512Mi" };
    const podSpec = (whole: JsonObject, flow: JsonObject) => {
      const containers = [
        { name: "flow", resources: flow },
        { name: "proxy", resources: { requests: half } },
      ];
      const spec = { template: { spec: { resources: whole, containers } } };
      const jobSpec = { ...SPEC, spec };
      const { job } = render(
        { ...policy("1Gi"), jobSpec },
        { ...REQUEST, earlier: ["OutOfMemory"] },
      );
      return job.spec.template.spec;
    };
    const whole = { limits: { memory: "1Gi" }, requests: { memory: "1Gi" } };
    const both = podSpec(whole, { limits: half, requests: half });
    expect(both.containers[0].resources.requests).toEqual({ memory: "1024Mi" });
    expect(both.resources).toEqual({
      limits: { memory: "1536Mi" },
      requests: { memory: "1536Mi" },
    });
    // A container asks for its limit where it says nothing else.
    expect(podSpec(whole, { limits: half }).resources).toEqual(both.resources);
    expect(podSpec({ limits: { memory: "1Gi" } }, { requests: half }).resources).toEqual({
      limits: { memory: "1536Mi" },
    });
  });
});
