import type { TaskRecord } from "../src/store/store.ts";

/** What is written down of a task that has stopped. */
export function stoppedTask(stoppedAt: number): TaskRecord {
  return {
    id: "old",
    cluster: "default",
    region: "eu-central-1",
    handles: {},
    task: {
      taskArn: "t",
      clusterArn: "c",
      taskDefinitionArn: "d",
      group: "family:d",
      overrides: {},
      containers: [],
      lastStatus: "STOPPED",
      desiredStatus: "STOPPED",
      version: 1,
      cpu: "256",
      memory: "512",
      availabilityZone: "z",
      attachments: [],
      tags: [],
      createdAt: 1,
      stoppedAt,
    },
  };
}
