import { describe, expect, it } from "vitest";
import { diagnose } from "./diagnose.ts";
import type { StoppedTask } from "./stopped-task.ts";

describe("the words that count", () => {
  it("are none of a sidecar that the flow outlived, but those of one that it waited for", () => {
    const reason = "OutOfMemoryError: Container killed due to memory usage";
    const sidecar = { name: "cache", exitCode: 137, reason };
    const roles = { flowContainer: "flow", unessential: ["cache"] };
    const stopCode = "EssentialContainerExited";
    const outlived: StoppedTask = {
      stopCode,
      containers: [{ name: "flow", exitCode: 1 }, sidecar],
    };
    expect(diagnose(outlived, roles).cause).toBe("EssentialContainerExited");
    const waitedFor: StoppedTask = {
      stopCode: "TaskFailedToStart",
      containers: [{ name: "flow" }, sidecar],
    };
    expect(diagnose(waitedFor, roles).cause).toBe("OutOfMemory");
  });
});
