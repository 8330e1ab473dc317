import { describe, expect, it } from "vitest";
import { advance, type Task, type TaskEvent } from "./task.ts";

const container = (name: string) => ({
  containerArn: "c",
  taskArn: "t",
  name,
  image: "i",
  lastStatus: "PENDING" as const,
  healthStatus: "UNKNOWN" as const,
  networkInterfaces: [],
  cpu: "0",
});

const begun: Task = {
  taskArn: "t",
  clusterArn: "c",
  taskDefinitionArn: "d",
  group: "family:d",
  overrides: {},
  containers: [container("a"), container("b")],
  lastStatus: "PROVISIONING",
  desiredStatus: "RUNNING",
  version: 1,
  cpu: "256",
  memory: "512",
  availabilityZone: "z",
  attachments: [{ status: "PRECREATED" }],
  tags: [],
  createdAt: 1,
};

const after = (...events: TaskEvent[]): Task =>
  events.reduce((task, event, index) => advance(task, event, index + 2), begun);

const RUNNING: TaskEvent[] = [
  { type: "connected" },
  { type: "pullStarted" },
  { type: "pullStopped" },
  { type: "containerStarted", name: "a", runtimeId: "r" },
  { type: "activating" },
  { type: "running" },
];

describe("advance", () => {
  it("goes through ECS's statuses, and notes when", () => {
    const statuses = RUNNING.map(
      (_event, index) => after(...RUNNING.slice(0, index + 1)).lastStatus,
    );
    expect(statuses).toEqual(["PENDING", "PENDING", "PENDING", "PENDING", "ACTIVATING", "RUNNING"]);
    expect(after(...RUNNING)).toMatchObject({
      connectivityAt: 2,
      pullStartedAt: 3,
      pullStoppedAt: 4,
      startedAt: 7,
      version: 7,
      containers: [{ lastStatus: "RUNNING", runtimeId: "r" }, { lastStatus: "PENDING" }],
    });
  });

  it("stops by DEACTIVATING, STOPPING, DEPROVISIONING", () => {
    const stop: TaskEvent = { type: "stopRequested", code: "UserInitiated", reason: "enough" };
    const ended: TaskEvent = { type: "containerStopped", name: "a", exitCode: 3 };
    const asked = after(...RUNNING, stop);
    expect(asked).toMatchObject({
      lastStatus: "DEACTIVATING",
      desiredStatus: "STOPPED",
      stoppingAt: 8,
    });
    const task = after(
      ...RUNNING,
      stop,
      { type: "stopping" },
      ended,
      { type: "deprovisioning" },
      { type: "stopped" },
    );
    expect(task).toMatchObject({
      lastStatus: "STOPPED",
      stopCode: "UserInitiated",
      stoppedReason: "enough",
      executionStoppedAt: 11,
      stoppedAt: 12,
      attachments: [{ status: "DELETED" }],
      containers: [{ lastStatus: "STOPPED", exitCode: 3 }, { lastStatus: "STOPPED" }],
    });
    expect(task.containers[1]?.exitCode).toBeUndefined();
  });

  it("keeps the first reason to stop", () => {
    const task = after(
      ...RUNNING,
      { type: "stopRequested", code: "UserInitiated", reason: "first" },
      { type: "stopRequested", code: "EssentialContainerExited", reason: "second" },
    );
    expect(task).toMatchObject({
      stopCode: "UserInitiated",
      stoppedReason: "first",
      stoppingAt: 8,
    });
  });

  it("never goes back: a task that was asked to stop while it started does not run", () => {
    const stop: TaskEvent = { type: "stopRequested", code: "UserInitiated", reason: "" };
    const task = after({ type: "connected" }, stop, { type: "stopping" }, { type: "running" });
    expect(task.lastStatus).toBe("STOPPING");
    expect(task.startedAt).toBeUndefined();
  });

  it("changes nothing of a stopped task", () => {
    const task = after(...RUNNING, { type: "stopped" });
    expect(advance(task, { type: "containerStopped", name: "a", exitCode: 1 }, 99)).toBe(task);
  });
});
