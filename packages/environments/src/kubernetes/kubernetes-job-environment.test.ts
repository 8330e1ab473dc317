import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { parseJobSpec } from "./job-spec.ts";
import { KubernetesJobEnvironment } from "./kubernetes-job-environment.ts";

const JOB = {
  apiVersion: "batch/v1",
  kind: "Job",
  spec: { template: { spec: { containers: [] } } },
};
const make = (options: object) => () => Reflect.construct(KubernetesJobEnvironment, [options]);
const invalid = (path: string) =>
  expect.objectContaining({
    code: "ENVIRONMENT_INVALID",
    details: expect.objectContaining({ path }),
    message: expect.stringContaining(path),
  });

describe("KubernetesJobEnvironment", () => {
  it("stores the content of its file, and its other arguments", () =>
    withTempDir(async (folder) => {
      const jobSpecFile = join(folder, "job.yaml");
      await writeFile(jobSpecFile, JSON.stringify(JOB));
      const environment = new KubernetesJobEnvironment({
        jobSpecFile,
        namespace: "flows",
        labels: ["k8s"],
      });
      expect(environment.labels).toEqual(["k8s"]);
      expect(environment.serialize()).toEqual({
        version: 1,
        type: "KubernetesJobEnvironment",
        arguments: { jobSpec: JOB, namespace: "flows" },
      });
    }));

  it("can be made where its file is not, and says which file is missing when it is stored", () => {
    const environment = new KubernetesJobEnvironment({ jobSpecFile: "no/such/job.yaml" });
    expect(() => environment.serialize()).toThrow(invalid("jobSpecFile"));
    expect(() => environment.serialize()).toThrow(join(process.cwd(), "no/such/job.yaml"));
  });

  it.each([
    { options: {}, path: "jobSpecFile" },
    { options: { jobSpec: JOB, jobSpecFile: "x" }, path: "jobSpecFile" },
    { options: { jobSpec: JOB, namspace: "x" }, path: "namspace" },
    { options: { jobSpec: JOB, uniqueJobName: "yes" }, path: "uniqueJobName" },
    { options: { jobSpec: { ...JOB, spec: () => 1 } }, path: "jobSpec.spec" },
  ])("refuses $path", ({ options, path }) => {
    expect(make(options)).toThrow(invalid(path));
  });

  it("refuses an object that is no Job when it is stored", () => {
    const environment = new KubernetesJobEnvironment({ jobSpec: { ...JOB, kind: "Pod" } });
    expect(() => environment.serialize()).toThrow(/kind "Pod"; it must be Job/);
  });
});

describe("parseJobSpec", () => {
  it.each([
    {
      what: "broken YAML",
      text: "kind: Job\nmetadata: [",
      words: /^KubernetesJobEnvironment: `job.yaml:2:12` is no valid YAML/,
    },
    {
      what: "a doubled key",
      text: "kind: Job\nkind: Job\n",
      words: /job.yaml:2:1` is no valid YAML.*unique/,
    },
    { what: "an empty file", text: "", words: /is empty/ },
    { what: "a list", text: "- kind: Job", words: /must be one object/ },
    {
      what: "two documents",
      text: "kind: Job\n---\nkind: Job\n",
      words: /job.yaml:\d+:1` holds a second document/,
    },
    {
      what: "another kind",
      text: "apiVersion: batch/v1\nkind: Pod\n",
      words: /job.yaml:2:7` has kind "Pod"/,
    },
    {
      what: "another version",
      text: "apiVersion: batch/v1beta1\nkind: Job\n",
      words: /job.yaml:1:13` has apiVersion/,
    },
    { what: "no version", text: "kind: Job\n", words: /has apiVersion null; it must be batch\/v1/ },
    {
      what: "containers that are no list",
      text: "apiVersion: batch/v1\nkind: Job\nspec: {template: {spec: {containers: {name: x}}}}",
      words: /spec.template.spec.containers` must be a list/,
    },
  ])("refuses $what", ({ text, words }) => {
    expect(() => parseJobSpec(text, "job.yaml")).toThrow(
      expect.objectContaining({
        code: "ENVIRONMENT_INVALID",
        message: expect.stringMatching(words),
      }),
    );
  });
});
