import { describe, expect, it } from "vitest";
import { createScrubber } from "../scrub.ts";
import { toCloudError } from "./cloud-error.ts";

const SECRET = "wJalrXUtnFEMIK7MDENG";
const call = {
  service: "ECS",
  operation: "RunTask",
  endpoint: "http://127.0.0.1:4210",
  scrubber: createScrubber({
    credentials: { secretAccessKey: SECRET },
    cluster: "cluster-of-mine",
  }),
};
const aws = (name: string, message: string) => Object.assign(new Error(message), { name });

describe("toCloudError", () => {
  it.each([
    ["ClusterNotFoundException", "Cluster not found.", /create the cluster/],
    [
      "ClientException",
      "No Fargate configuration exists for given values: 256 CPU, 8192 memory.",
      /`cpu` and `memory` pair/,
    ],
    [
      "InvalidParameterException",
      "No Container Instances were found in your cluster.",
      /launchType: "FARGATE"/,
    ],
    [
      "InvalidParameterException",
      "Task definition does not support launch_type FARGATE.",
      /requiresCompatibilities.*networkMode/,
    ],
    [
      "InvalidParameterException",
      "Override for container named x is not a container in the TaskDefinition.",
      /containerOverrides/,
    ],
    [
      "AccessDeniedException",
      "User: arn:aws:iam::1:user/u is not authorized to perform: ecs:RunTask",
      /allow the action/,
    ],
    ["ThrottlingException", "Rate exceeded", /try again/],
    [
      "ExpiredTokenException",
      "The security token included in the request is expired",
      /credentials/,
    ],
    ["CredentialsProviderError", "Could not load credentials from any providers", /credentials/],
    ["SomethingNewException", "Words of AWS", /Words of AWS/],
  ])("keeps the name and the words of %s and says what to do", (name, message, advice) => {
    const error = toCloudError(aws(name, message), call);
    expect(error.code).toBe("CLOUD_REFUSED");
    expect(error.message).toContain(`${name}: ${message.replace(/\.$/, "")}`);
    expect(error.message).toMatch(advice);
    expect(error.details).toMatchObject({ operation: "RunTask", exception: name });
  });

  it("names the endpoint that does not answer", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:4210"), {
      code: "ECONNREFUSED",
    });
    const error = toCloudError(new Error("wrapped", { cause: refused }), call);
    expect(error).toMatchObject({
      code: "CLOUD_UNREACHABLE",
      details: { endpoint: call.endpoint },
    });
    expect(error.message).toContain("ECONNREFUSED");
  });

  it.each(["EPROTO", "HPE_INVALID_CONSTANT", "CERT_HAS_EXPIRED", "SELF_SIGNED_CERT_IN_CHAIN"])(
    "takes %s for no answer of AWS's",
    (code) => {
      const thrown = Object.assign(new Error("words of Node"), { code });
      expect(toCloudError(thrown, call)).toMatchObject({
        code: "CLOUD_UNREACHABLE",
        details: { cause: "Unreachable", nature: "transient", reason: "words of Node" },
      });
    },
  );

  it("reads a gateway's status where it names no exception", () => {
    const thrown = Object.assign(aws("Unknown", "slow down"), {
      $fault: "client",
      $metadata: { httpStatusCode: 429 },
    });
    expect(toCloudError(thrown, call)).toMatchObject({
      code: "CLOUD_REFUSED",
      details: { cause: "Throttled", nature: "throttled" },
    });
  });

  it("does not blame AWS for a wrong use of its SDK", () => {
    const error = toCloudError(new TypeError("Cannot set properties of undefined"), call);
    expect(error).toMatchObject({ code: "INTERNAL", details: { operation: "RunTask" } });
  });

  it("asks for a region where none is known", () => {
    expect(toCloudError(new Error("Region is missing"), call)).toMatchObject({
      code: "ENVIRONMENT_NOT_LAUNCHABLE",
      message: expect.stringContaining("AWS_REGION"),
    });
  });

  it("lets no argument of the environment out, neither in words nor in the cause", () => {
    const error = toCloudError(aws("X", `signed with ${SECRET} for cluster-of-mine`), call);
    expect(error.message).toContain("signed with ‹credentials.secretAccessKey› for ‹cluster›");
    for (const part of [
      error.stack,
      error.cause instanceof Error ? error.cause.stack : "",
      JSON.stringify(error.details),
    ]) {
      expect(part).not.toContain(SECRET);
      expect(part).not.toContain("cluster-of-mine");
    }
  });
});

describe("an argument that is a word of AWS's", () => {
  it("hides nothing from who reads what AWS means", () => {
    const scrubber = createScrubber({ tags: [{ key: "kind", value: "describe task" }] });
    const error = toCloudError(aws("ClientException", "Unable to describe task definition."), {
      ...call,
      scrubber,
    });
    expect(error.details["cause"]).toBe("DefinitionInactive");
    expect(error.message).toContain("Unable to ‹tags[0].value› definition");
  });
});
