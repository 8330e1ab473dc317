import type { JsonObject } from "@slipway/core";
import { describe, expect, it } from "vitest";
import type { FailureNature } from "../../failure-nature.ts";
import { CAUSES, type Cause } from "../causes.ts";
import { classifyStatus } from "./classify-status.ts";

type Case = readonly [
  status: number,
  message: string,
  cause: Cause,
  nature: FailureNature,
  advice?: RegExp | undefined,
  details?: JsonObject,
];

const fields = (...paths: readonly string[]) => ({
  causes: paths.map((field) => ({ reason: "FieldValueInvalid", field })),
});

/** What a real API server answers, as it says it; of webhooks, policies and gateways after their documentation. */
const CASES: readonly Case[] = [
  [401, "Unauthorized", "CredentialsInvalid", "permanent", /kubeconfig's user/],
  [
    403,
    'jobs.batch is forbidden: User "someone" cannot create resource "jobs" in API group "batch" in the namespace "flows"',
    "AccessDenied",
    "permanent",
    /doctor kubernetes/,
  ],
  [403, "Forbidden by the proxy", "AccessDenied", "permanent"],
  [
    403,
    'jobs.batch "a" is forbidden: exceeded quota: jobs, requested: count/jobs.batch=1, used: count/jobs.batch=1, limited: count/jobs.batch=1',
    "QuotaExceeded",
    "capacity",
  ],
  [
    403,
    'jobs.batch "a" is forbidden: failed quota: q: must specify limits.cpu for: flow',
    "AdmissionDenied",
    "permanent",
    /requests and limits/,
  ],
  [
    403,
    'jobs.batch "a" is forbidden: unable to create new content in namespace flows because it is being terminated',
    "NamespaceNotFound",
    "permanent",
  ],
  [
    403,
    'pods "a" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
    "AdmissionDenied",
    "permanent",
  ],
  [
    422,
    "jobs.batch \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no team label",
    "AdmissionDenied",
    "permanent",
  ],
  [
    400,
    'admission webhook "policy.example" denied the request: no team label',
    "AdmissionDenied",
    "permanent",
  ],
  [
    403,
    'pods "a" is forbidden: maximum memory usage per Container is 32Mi, but limit is 64Mi',
    "AdmissionDenied",
    "permanent",
  ],
  [
    404,
    'namespaces "flows" not found',
    "NamespaceNotFound",
    "permanent",
    /create the namespace/,
    { kind: "namespaces", name: "flows" },
  ],
  [404, 'jobs.batch "a" not found', "Refused", "permanent", undefined, { kind: "jobs" }],
  [
    404,
    "the server could not find the requested resource",
    "Refused",
    "permanent",
    /Kubernetes API server/,
  ],
  [409, 'jobs.batch "a" already exists', "NameTaken", "permanent", /uniqueJobName/],
  [409, 'object is being deleted: jobs.batch "a" already exists', "NameTaken", "permanent"],
  [
    409,
    'Operation cannot be fulfilled on resourcequotas "q": the object has been modified',
    "Throttled",
    "throttled",
  ],
  [
    409,
    'Operation cannot be fulfilled on Job.batch "a": the UID in the precondition (x) does not match the UID in record (y)',
    "Refused",
    "permanent",
  ],
  [410, "The resourceVersion for the provided list is too old", "Refused", "transient"],
  [413, "Request entity too large: limit is 3145728", "InvalidJob", "permanent", /1\.5 MB/],
  [500, "etcdserver: request is too large", "InvalidJob", "permanent", /1\.5 MB/],
  [
    422,
    "Job.batch \"a\" is invalid: [spec.template.metadata.labels[controller-uid]: Invalid value: {}: must be 'x', spec.selector: Invalid value: {}: `selector` not auto-generated]",
    "InvalidJob",
    "permanent",
    /1\.5 MB/,
  ],
  [
    422,
    'Job.batch "a" is invalid: […]',
    "InvalidJob",
    "permanent",
    /^correct `metadata\.name`, `spec\.backoffLimit` in the flow's Job, and register/,
    fields("metadata.name", "spec.backoffLimit", "metadata.name"),
  ],
  [
    400,
    'Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec.template.spec.nothing", unknown field "spec.template.spec.containers[0].imagePullPolcy"',
    "InvalidJob",
    "permanent",
    /`spec\.template\.spec\.nothing`, `spec\.template\.spec\.containers\[0\]\.imagePullPolcy` .*fieldValidation: "Warn"/,
  ],
  [
    400,
    'Job in version "v1" cannot be handled as a Job: json: cannot unmarshal string into Go struct field JobSpec.spec.backoffLimit of type int32',
    "InvalidJob",
    "permanent",
    /^correct `spec\.backoffLimit` in/,
  ],
  [400, "the object has no words", "InvalidJob", "permanent", /what the server names/],
  [429, "Too many requests, please try again later.", "Throttled", "throttled"],
  [408, "Timeout", "Unreachable", "transient"],
  [
    500,
    'Internal error occurred: failed calling webhook "policy.example": connection refused',
    "Unreachable",
    "transient",
  ],
  [503, "service unavailable", "Unreachable", "transient"],
  [504, "Timeout: request did not complete within requested timeout", "Unreachable", "transient"],
  [520, "a gateway's own", "Unreachable", "transient"],
  [302, "moved", "Refused", "permanent"],
];

describe("classifyStatus", () => {
  const cases = CASES.map(([status, message, cause, nature, advice, details = {}]) => ({
    ...{ status, message, cause, nature, advice, details },
  }));
  it.each(cases)("$status $message → $cause", ({ status, message, advice, details, ...means }) => {
    const found = classifyStatus({ status, reason: "x", message, details });
    expect(found).toMatchObject(means);
    expect(CAUSES).toContain(found.cause);
    if (advice !== undefined) expect(found.advice).toMatch(advice);
  });

  it("names at most twenty fields", () => {
    const details = fields(...Array.from({ length: 50 }, (_, index) => `spec.f${index}`));
    const { advice = "" } = classifyStatus({
      status: 422,
      reason: "Invalid",
      message: "",
      details,
    });
    expect(advice).toContain("`spec.f19`");
    expect(advice).not.toContain("`spec.f20`");
  });
});
