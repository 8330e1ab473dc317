import { type Mount, mountFolder } from "../mounts.ts";

/** A mount as the engine's create call takes it. */
export interface EngineMount {
  readonly Type: "volume" | "bind";
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly: boolean;
}

/**
 * A container's mounts: a volume of the engine for the task's own (it takes over what the image has there, as
 * on Fargate, and the engine can remove what any user wrote), a folder of this machine for a file system.
 */
export function engineMounts(
  mounts: readonly Mount[],
  dataDir: string,
  taskId: string,
): EngineMount[] {
  return mounts.map((mount) => ({
    Type: mount.fileSystem === undefined ? "volume" : "bind",
    Source:
      mount.fileSystem === undefined
        ? volumeName(taskId, mount.volume)
        : mountFolder(mount, dataDir, taskId),
    Target: mount.containerPath,
    ReadOnly: mount.readOnly,
  }));
}

function volumeName(taskId: string, volume: string): string {
  return `slipway-${taskId}-${volume}`;
}
