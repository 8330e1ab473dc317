import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { checkedEnvironment } from "../checked-environment.ts";
import { KubernetesJobEnvironment } from "./kubernetes-job-environment.ts";

const JOB = {
  apiVersion: "batch/v1",
  kind: "Job",
  spec: { template: { spec: { containers: [] } } },
};
const make = (options: object): KubernetesJobEnvironment =>
  Reflect.construct(KubernetesJobEnvironment, [options]);
const register = (options: object) => checkedEnvironment(make(options).serialize());
const invalid = (path: string) =>
  expect.objectContaining({
    code: "ENVIRONMENT_INVALID",
    details: expect.objectContaining({ path }),
    message: expect.stringContaining(path),
  });

describe("KubernetesJobEnvironment", () => {
  it("stores the content of its file when it is registered, and its other arguments", () =>
    withTempDir(async (folder) => {
      const jobSpecFile = join(folder, "job.yaml");
      await writeFile(jobSpecFile, JSON.stringify(JOB));
      const environment = make({ jobSpecFile, namespace: "flows", labels: ["k8s"] });
      expect(environment.labels).toEqual(["k8s"]);
      const stored = checkedEnvironment(environment.serialize());
      expect(stored).toEqual({
        version: 1,
        type: "KubernetesJobEnvironment",
        arguments: { jobSpec: JOB, namespace: "flows" },
      });
      expect(checkedEnvironment(stored)).toEqual(stored);
    }));

  it("names the file, line and column of what is wrong in it", () =>
    withTempDir(async (folder) => {
      const jobSpecFile = join(folder, "job.yaml");
      await writeFile(jobSpecFile, "apiVersion: batch/v1\nkind: Pod\n");
      expect(() => register({ jobSpecFile })).toThrow(invalid(`${jobSpecFile}:2:7`));
    }));

  it("can be made where its file is not, and says which file is missing when it is stored", () => {
    const environment = make({ jobSpecFile: "no/such/job.yaml" });
    expect(() => environment.serialize()).toThrow(invalid("jobSpecFile"));
    expect(() => environment.serialize()).toThrow(join(process.cwd(), "no/such/job.yaml"));
  });

  it("can be made where the variable that names its file is not set", () => {
    const environment = make({ jobSpecFile: undefined });
    expect(() => environment.serialize()).toThrow(/`jobSpecFile` is undefined/);
  });

  it("refuses a folder, a large file and what is no text", () =>
    withTempDir(async (folder) => {
      const file = async (name: string, content: string | Buffer) => {
        await writeFile(join(folder, name), content);
        return { jobSpecFile: join(folder, name) };
      };
      await mkdir(join(folder, "job.d"));
      expect(() => register({ jobSpecFile: join(folder, "job.d") })).toThrow(/it is a folder/);
      const large = await file("large", `# ${"x".repeat(1_000_000)}`);
      expect(() => register(large)).toThrow(/has 1000002 bytes/);
      const utf16 = await file("utf16", Buffer.from("\u{FEFF}kind: Job", "utf16le"));
      expect(() => register(utf16)).toThrow(/no text in UTF-8/);
    }));

  it.each([
    { options: {}, path: "jobSpecFile" },
    { options: { jobSpec: JOB, jobSpecFile: "x" }, path: "jobSpecFile" },
    { options: { jobSpec: JOB, namspace: "x" }, path: "namspace" },
    { options: { jobSpec: JOB, uniqueJobName: "yes" }, path: "uniqueJobName" },
    { options: { jobSpec: JOB, context: "" }, path: "context" },
    { options: { jobSpec: { ...JOB, spec: () => 1 } }, path: "jobSpec.spec" },
  ])("refuses $path when it is made", ({ options, path }) => {
    expect(() => make(options)).toThrow(invalid(path));
  });

  it("guesses which argument was meant", () => {
    expect(() => make({ job_spec_file: "x" })).toThrow(/did you mean `jobSpecFile`/);
  });

  const elsewhere = { ...JOB, metadata: { namespace: "there" } };
  it.each([
    { options: { jobSpec: { ...JOB, kind: "Pod" } }, path: "jobSpec.kind" },
    { options: { jobSpec: elsewhere, namespace: "here" }, path: "namespace" },
    { options: { jobSpec: JOB, namespace: "My_Flows" }, path: "namespace" },
    { options: { jobSpec: JOB, fieldValidation: "strict" }, path: "fieldValidation" },
    { options: { jobSpec: JOB, startTimeout: "soon" }, path: "startTimeout" },
    { options: { jobSpec: JOB, startTimeout: "0s" }, path: "startTimeout" },
    { options: { jobSpec: JOB, stopGrace: "2h" }, path: "stopGrace" },
    {
      options: { jobSpec: JOB, onInfrastructureFailure: { outOfMemry: { retries: 1 } } },
      path: "onInfrastructureFailure.outOfMemry",
    },
  ])("refuses $path when it is registered", ({ options, path }) => {
    expect(() => register(options)).toThrow(invalid(path));
  });
});
