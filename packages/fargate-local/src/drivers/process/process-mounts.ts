import type { ContainerRequest } from "../driver.ts";
import { makeSharedFolder } from "../make-folder.ts";
import { mountFolder } from "../mounts.ts";

/** The folders of a container's mounts: what a plain process can have in place of mounts. */
export interface ProcessMounts {
  /** By the path inside the container; arguments that name it are changed to the folder. */
  readonly folders: ReadonlyMap<string, string>;
  /** The folder of each volume, under `SLIPWAY_VOLUME_<NAME>`. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Makes the folders of a container's mounts. */
export function makeMounts({ mounts, taskId }: ContainerRequest, dataDir: string): ProcessMounts {
  const made = mounts.map((mount) => ({ mount, folder: mountFolder(mount, dataDir, taskId) }));
  for (const { folder } of made) makeSharedFolder(folder);
  return {
    folders: new Map(made.map(({ mount, folder }) => [mount.containerPath, folder])),
    variables: Object.fromEntries(
      made.map(({ mount, folder }) => [variableOf(mount.volume), folder]),
    ),
  };
}

export function variableOf(volume: string): string {
  return `SLIPWAY_VOLUME_${volume.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
}
