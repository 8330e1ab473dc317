import { describe, expect, it } from "vitest";
import { diagnose, type StoppedTask } from "./diagnose.ts";

interface Case {
  readonly cause: string;
  readonly task: StoppedTask;
  readonly words: string;
}

/** What ECS says, as it says it. */
const CASES: readonly Case[] = [
  {
    cause: "OutOfMemory",
    task: {
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [
        {
          name: "flow",
          exitCode: 137,
          reason: "OutOfMemoryError: Container killed due to memory usage",
        },
      ],
    },
    words: "OutOfMemoryError: Container killed due to memory usage",
  },
  {
    cause: "ImagePull",
    task: {
      stopCode: "TaskFailedToStart",
      stoppedReason:
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 123456789012.dkr.ecr.eu-west-1.amazonaws.com/x@sha256:1: not found",
      containers: [{ name: "flow" }],
    },
    words: "CannotPullContainerError",
  },
  {
    cause: "SecretUnavailable",
    task: {
      stopCode: "TaskFailedToStart",
      stoppedReason:
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm",
    },
    words: "unable to retrieve secret",
  },
  {
    cause: "NetworkInterface",
    task: {
      stopCode: "TaskFailedToStart",
      stoppedReason: "Timeout waiting for network interface provisioning to complete.",
      containers: [],
    },
    words: "Timeout waiting for network interface",
  },
  {
    cause: "TaskFailedToStart",
    task: {
      stopCode: "TaskFailedToStart",
      stoppedReason:
        "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times",
      containers: [{ name: "flow" }],
    },
    words: "failed to validate logger args",
  },
  {
    cause: "EssentialContainerExited",
    task: {
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ name: "flow", exitCode: 3 }],
    },
    words: "exited with code 3",
  },
  {
    cause: "EssentialContainerExited",
    task: {
      stoppedReason: "Essential container in task exited",
      containers: [{ name: "flow", exitCode: 0 }],
    },
    words: "exited with code 0",
  },
  {
    cause: "SpotInterruption",
    task: {
      stopCode: "SpotInterruption",
      stoppedReason: "Your Spot Task was interrupted.",
      containers: [{ name: "flow", exitCode: 143 }],
    },
    words: "Your Spot Task was interrupted",
  },
  {
    cause: "SpotInterruption",
    task: { stopCode: "TerminationNotice", stoppedReason: "Your Spot Task was interrupted." },
    words: "Spot",
  },
  {
    cause: "UserInitiated",
    task: {
      stopCode: "UserInitiated",
      stoppedReason: "Task stopped by user",
      containers: [{ name: "flow", exitCode: 143 }],
    },
    words: "Task stopped by user",
  },
  {
    cause: "DiskFull",
    task: {
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ name: "flow", exitCode: 1, reason: "write /tmp/x: no space left on device" }],
    },
    words: "no space left",
  },
  {
    cause: "TaskFailedToStart",
    task: {
      stopCode: "TaskFailedToStart",
      stoppedReason: "Task failed to start",
      containers: [{ name: "flow", reason: "CannotStartContainerError: exec: node: not found" }],
    },
    words: "CannotStartContainerError",
  },
  {
    cause: "InfrastructureHealth",
    task: { stopCode: "InfrastructureHealth", stoppedReason: "x" },
    words: "x",
  },
  { cause: "Unknown", task: {}, words: "The task stopped" },
];

describe("diagnose", () => {
  it.each(CASES)("says $cause, in AWS's words: $words", ({ cause, task, words }) => {
    const diagnosis = diagnose(task);
    expect(diagnosis.cause).toBe(cause);
    expect(diagnosis.message).toContain(words);
    expect(diagnosis.evidence).toMatchObject({ stopCode: task.stopCode ?? null });
  });

  it("does not take a missing exit code for a success", () => {
    const { message, evidence } = diagnose({
      stopCode: "EssentialContainerExited",
      containers: [{ name: "flow" }],
    });
    expect(message).toContain("gave no exit code");
    expect(evidence["containers"]).toEqual([{ name: "flow", exitCode: null, reason: null }]);
  });
});
