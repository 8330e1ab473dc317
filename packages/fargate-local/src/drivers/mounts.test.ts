import { describe, expect, it } from "vitest";
import type { TaskDefinition } from "../model/task-definition.ts";
import { mountFolder, planMounts } from "./mounts.ts";

const definitionOf = (fields: Pick<TaskDefinition, "containerDefinitions" | "volumes">) =>
  ({
    taskDefinitionArn: "",
    family: "f",
    revision: 1,
    status: "ACTIVE",
    compatibilities: [],
    registeredAt: 0,
    ...fields,
  }) satisfies TaskDefinition;

describe("planMounts", () => {
  it("takes over the mounts of other containers, read-only where either says so, under its own", () => {
    const app = {
      name: "app",
      mountPoints: [{ sourceVolume: "own", containerPath: "/b" }],
      volumesFrom: [{ sourceContainer: "one", readOnly: true }],
    };
    const definition = definitionOf({
      volumes: [{ name: "own" }, { name: "data" }, { name: "more" }],
      containerDefinitions: [
        app,
        {
          name: "one",
          mountPoints: [
            { sourceVolume: "data", containerPath: "/a" },
            { sourceVolume: "data", containerPath: "/b" },
          ],
          volumesFrom: [{ sourceContainer: "two" }, { sourceContainer: "app" }],
        },
        {
          name: "two",
          mountPoints: [{ sourceVolume: "more", containerPath: "/c/../d", readOnly: true }],
        },
      ],
    });
    expect(planMounts(app, definition)).toEqual([
      { volume: "own", containerPath: "/b", readOnly: false },
      { volume: "data", containerPath: "/a", readOnly: true },
      { volume: "more", containerPath: "/d", readOnly: true },
    ]);
  });

  it("refuses a volume that is not there", () => {
    const container = { name: "c", mountPoints: [{ sourceVolume: "no", containerPath: "/a" }] };
    const definition = definitionOf({ containerDefinitions: [container] });
    expect(() => planMounts(container, definition)).toThrow(/there is no volume no/);
  });
});

describe("mountFolder", () => {
  const folderOf = (volume: NonNullable<TaskDefinition["volumes"]>[number]) => {
    const container = { name: "c", mountPoints: [{ sourceVolume: "v", containerPath: "/a" }] };
    const definition = definitionOf({
      volumes: [{ name: "v", ...volume }],
      containerDefinitions: [container],
    });
    return planMounts(container, definition).map((mount) => mountFolder(mount, "/data", "task"));
  };

  it("is the task's own, or the file system's for all tasks", () => {
    expect(folderOf({})).toEqual(["/data/work/task/volumes/v"]);
    const efs = { fileSystemId: "fs-1", rootDirectory: "/x" };
    expect(folderOf({ efsVolumeConfiguration: efs })).toEqual(["/data/efs/fs-1/x"]);
    const authorizationConfig = { accessPointId: "fsap-2" };
    expect(
      folderOf({ efsVolumeConfiguration: { fileSystemId: "fs-1", authorizationConfig } }),
    ).toEqual(["/data/efs/fs-1-fsap-2/"]);
  });

  it("never leaves the data folder", () => {
    const efs = { fileSystemId: "../..", rootDirectory: "../../etc" };
    const [folder = ""] = folderOf({ efsVolumeConfiguration: efs });
    expect(folder).toMatch(/^\/data\/efs\/[0-9a-f]+\/etc$/);
  });
});
