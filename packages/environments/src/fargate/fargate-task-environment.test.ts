import { describe, expect, it } from "vitest";
import { FargateTaskEnvironment } from "./fargate-task-environment.ts";

const make = (options: object) => new FargateTaskEnvironment(options);
const invalid = (path: string, more: object = {}) =>
  expect.objectContaining({
    code: "ENVIRONMENT_INVALID",
    details: expect.objectContaining({ path, ...more }),
    message: expect.stringContaining(path),
  });

describe("FargateTaskEnvironment", () => {
  it("stores what it was given, labels apart", () => {
    const environment = make({ cpu: "256", memory: "512", labels: ["aws", "aws", "prod"] });
    expect(environment.labels).toEqual(["aws", "prod"]);
    expect(environment.serialize()).toEqual({
      version: 1,
      type: "FargateTaskEnvironment",
      arguments: { cpu: "256", memory: "512" },
    });
  });

  it("keeps a frozen copy of its own", () => {
    const given = { containerDefinitions: [{ name: "main", environment: [] as object[] }] };
    const environment = make(given);
    given.containerDefinitions[0]?.environment.push({ name: "LATE", value: "1" });
    const stored = environment.serialize().arguments;
    expect(JSON.stringify(stored)).not.toContain("LATE");
    expect(Object.isFrozen(given.containerDefinitions)).toBe(false);
    expect(() => Object.assign(Object(stored["containerDefinitions"])[0], { name: "x" })).toThrow(
      TypeError,
    );
  });

  it("refuses a name that AWS does not have, with the nearest that it has", () => {
    expect(() => make({ containerDefinition: [] })).toThrow(
      invalid("containerDefinition", { accepted: "containerDefinitions" }),
    );
    expect(() => make({ Memory: "512" })).toThrow(invalid("Memory", { accepted: "memory" }));
    expect(() => make({ label: [] })).toThrow(invalid("label", { accepted: "labels" }));
  });

  it("refuses what cannot be stored, with its path", () => {
    expect(() => make({ volumes: [{ name: () => "x" }] })).toThrow(invalid("volumes[0].name"));
    expect(() => make({ ephemeralStorage: { sizeInGiB: 21n } })).toThrow(
      invalid("ephemeralStorage.sizeInGiB"),
    );
    expect(() => make({ startedBy: new Date() })).toThrow(invalid("startedBy"));
    expect(() => make({ count: Number.NaN })).toThrow(invalid("count"));
    expect(() => make({ logger: console })).toThrow(invalid("logger"));
    expect(() => make({ credentials: () => ({}) })).toThrow(invalid("credentials"));
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(() => make({ overrides: circle })).toThrow(invalid("overrides.self"));
  });

  it("refuses undefined when it is stored, since the container has other environment variables", () => {
    const environment = make({ region: "eu-west-1", credentials: { accessKeyId: undefined } });
    expect(() => environment.serialize()).toThrow(
      invalid("credentials.accessKeyId", { given: "undefined" }),
    );
  });

  it.each([
    { options: { awsAccessKeyId: "AKID" }, path: "awsSecretAccessKey" },
    { options: { awsSessionToken: "token" }, path: "awsAccessKeyId" },
    {
      options: { credentials: { accessKeyId: "AKID", secretAccessKey: "" } },
      path: "credentials.secretAccessKey",
    },
    { options: { region: "a", regionName: "b" }, path: "regionName" },
    {
      options: { credentials: { accessKeyId: "a", secretAccessKey: "b" }, awsAccessKeyId: "x" },
      path: "awsAccessKeyId",
    },
    { options: { endpoint: "127.0.0.1:4210" }, path: "endpoint" },
    { options: { endpoint: "http://me:secret@host" }, path: "endpoint" },
  ])("refuses half or doubled client arguments when it is stored: $path", ({ options, path }) => {
    expect(() => make(options).serialize()).toThrow(invalid(path));
  });

  it("takes an empty text of the original's four arguments for none", () => {
    const options = {
      awsAccessKeyId: "",
      awsSecretAccessKey: "",
      awsSessionToken: "",
      regionName: "",
    };
    expect(() => make(options).serialize()).not.toThrow();
  });

  it("names no credential in an error", () => {
    const secret = "wJalrXUtnFEMI";
    try {
      make({ awsSecretAccessKey: secret, endpoint: "x" }).serialize();
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
    }
  });

  it.each([
    { options: { count: 2 }, path: "count" },
    { options: { taskDefinition: "own:3", cpu: "256" }, path: "taskDefinition" },
    { options: { taskDefinition: "one", family: "two" }, path: "taskDefinition" },
    { options: { containerDefinitions: {} }, path: "containerDefinitions" },
    {
      options: { containerDefinitions: [{ environment: { A: "1" } }] },
      path: "containerDefinitions[0].environment",
    },
    { options: { overrides: [] }, path: "overrides" },
    {
      options: { overrides: { containerOverrides: [{ environment: "x" }] } },
      path: "overrides.containerOverrides[0].environment",
    },
    { options: { labels: "prod" }, path: "labels" },
  ])("refuses $options", ({ options, path }) => {
    expect(() => make(options)).toThrow(invalid(path));
  });
});
