import { SlipwayError } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { diagnoseFailure, isHopeless } from "./failure-diagnosis.ts";

describe("diagnoseFailure", () => {
  it("takes the cause that a diagnosis would have, and the words and facts of the platform along", () => {
    const details = {
      operation: "RunTask",
      exception: "ClusterNotFoundException",
      cause: "ClusterNotFound",
      more: { x: 1 },
    };
    const error = new SlipwayError("CLOUD_REFUSED", "AWS ECS refused RunTask: …", details);
    expect(diagnoseFailure(error)).toEqual({
      cause: "ClusterNotFound",
      message: "AWS ECS refused RunTask: …",
      evidence: {
        code: "CLOUD_REFUSED",
        operation: "RunTask",
        exception: "ClusterNotFoundException",
      },
    });
  });

  it("takes the error's code where nothing names a cause", () => {
    const error = new SlipwayError("IMAGE_NOT_FOUND", "There is no image");
    expect(diagnoseFailure(error)).toMatchObject({ cause: "IMAGE_NOT_FOUND" });
  });

  it("quotes no argument of an environment that is invalid", () => {
    const error = new SlipwayError("ENVIRONMENT_INVALID", '`memory` is "s3cret"', {
      path: "memory",
      given: "s3cret",
      accepted: ["512"],
    });
    const diagnosis = diagnoseFailure(error);
    expect(JSON.stringify(diagnosis)).not.toContain("s3cret");
    expect(diagnosis.message).toContain("`memory`");
  });

  it("keeps the words of a fault of the agent's own for its log", () => {
    const diagnosis = diagnoseFailure(new TypeError("cannot read s3cret"));
    expect(diagnosis.cause).toBe("INTERNAL");
    expect(JSON.stringify(diagnosis)).not.toContain("s3cret");
  });
});

describe("isHopeless", () => {
  it("is what no waiting mends", () => {
    expect(isHopeless(new SlipwayError("IMAGE_NOT_FOUND", "x"))).toBe(true);
    expect(isHopeless(new SlipwayError("REGISTRY_UNREACHABLE", "x"))).toBe(false);
    expect(isHopeless(new Error("x"))).toBe(false);
  });
});
