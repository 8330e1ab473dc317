import { join, posix } from "node:path";
import { SlipwayError } from "@slipway/core";
import type { TaskDefinition } from "../model/task-definition.ts";
import { folderNameOf } from "../store/file-name.ts";

type DefinedContainer = TaskDefinition["containerDefinitions"][number];
type DefinedVolume = NonNullable<TaskDefinition["volumes"]>[number];

/** A volume in a container. One of a file system outlives the task; another is the task's own and ends with it. */
export interface Mount {
  readonly volume: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
  readonly fileSystem?: {
    readonly id: string;
    readonly accessPoint?: string;
    /** Absolute, and never out of the file system. */
    readonly directory: string;
  };
}

/** All mounts of a container: its own, and those of the containers in `volumesFrom`. Throws `LAUNCH_FAILED`. */
export function planMounts(container: DefinedContainer, definition: TaskDefinition): Mount[] {
  return collect(container, definition, new Set());
}

function collect(
  container: DefinedContainer,
  definition: TaskDefinition,
  seen: Set<string>,
): Mount[] {
  if (seen.has(container.name)) return [];
  seen.add(container.name);
  const own = (container.mountPoints ?? []).map((point) => toMount(point, definition));
  const others = (container.volumesFrom ?? []).flatMap(({ sourceContainer, readOnly }) => {
    const source = definition.containerDefinitions.find(({ name }) => name === sourceContainer);
    if (source === undefined) throw unknown(`container ${sourceContainer} of volumesFrom`);
    const mounts = collect(source, definition, seen);
    return mounts.map((mount) => ({ ...mount, readOnly: mount.readOnly || readOnly === true }));
  });
  const taken = new Set(own.map(({ containerPath }) => containerPath));
  return [...own, ...others.filter(({ containerPath }) => !taken.has(containerPath))];
}

function toMount(
  point: NonNullable<DefinedContainer["mountPoints"]>[number],
  { volumes = [] }: TaskDefinition,
): Mount {
  const volume = volumes.find(({ name }) => name === point.sourceVolume);
  if (volume?.name === undefined) throw unknown(`volume ${point.sourceVolume}`);
  const fileSystem = fileSystemOf(volume);
  return {
    volume: volume.name,
    containerPath: posix.resolve("/", point.containerPath ?? ""),
    readOnly: point.readOnly ?? false,
    ...(fileSystem === undefined ? {} : { fileSystem }),
  };
}

function fileSystemOf({ efsVolumeConfiguration }: DefinedVolume): Mount["fileSystem"] {
  if (efsVolumeConfiguration === undefined) return undefined;
  const { fileSystemId, rootDirectory = "/", authorizationConfig } = efsVolumeConfiguration;
  const accessPoint = authorizationConfig?.accessPointId;
  return {
    id: fileSystemId,
    directory: posix.resolve("/", rootDirectory),
    ...(accessPoint ? { accessPoint } : {}),
  };
}

/** The folder of this machine that stands for a file system, or for the task's own volume. */
export function mountFolder(mount: Mount, dataDir: string, taskId: string): string {
  const { fileSystem } = mount;
  if (fileSystem === undefined)
    return join(taskVolumes(dataDir, taskId), folderNameOf(mount.volume));
  const { id, accessPoint, directory } = fileSystem;
  const name = accessPoint === undefined ? id : `${id}-${accessPoint}`;
  return join(dataDir, "efs", folderNameOf(name), directory);
}

/** Where the process driver keeps the volumes of a task. */
export function taskVolumes(dataDir: string, taskId: string): string {
  return join(dataDir, "work", taskId, "volumes");
}

function unknown(what: string): SlipwayError {
  return new SlipwayError("LAUNCH_FAILED", `CannotCreateVolumeError: there is no ${what}`);
}
