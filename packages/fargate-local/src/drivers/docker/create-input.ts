import type { ContainerRequest } from "../driver.ts";
import { parseImageName, toEngineReference } from "./image-name.ts";

const MIB = 1024 * 1024;

/** Labels that say whose a container is: containers without ours are left alone. */
export const LABELS = {
  owner: "slipway.owner",
  task: "slipway.task",
  container: "slipway.container",
} as const;

/**
 * The input of the engine's create call. On Linux the task shares the host's network, so that it
 * reaches servers on loopback. An entry point without a command drops the image's command, as on ECS.
 */
export function createInput(
  request: ContainerRequest,
  owner: string,
  platform: NodeJS.Platform,
): Record<string, unknown> {
  const { container, override, variables, memoryMib, taskArn } = request;
  const command = override?.command ?? container.command;
  const memory = memoryMib === undefined ? undefined : memoryMib * MIB;
  return {
    Image: toEngineReference(parseImageName(container.image ?? "")),
    Env: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ...(command?.length ? { Cmd: command } : {}),
    ...(container.entryPoint?.length ? { Entrypoint: container.entryPoint } : {}),
    ...(container.workingDirectory ? { WorkingDir: container.workingDirectory } : {}),
    ...(container.user ? { User: container.user } : {}),
    Labels: {
      ...container.dockerLabels,
      [LABELS.owner]: owner,
      [LABELS.task]: taskArn,
      [LABELS.container]: container.name,
    },
    HostConfig: {
      ...(platform === "linux" ? { NetworkMode: "host" } : {}),
      // Fargate has no swap.
      ...(memory === undefined ? {} : { Memory: memory, MemorySwap: memory }),
      ReadonlyRootfs: container.readonlyRootFilesystem ?? false,
      Init: container.linuxParameters?.initProcessEnabled ?? false,
    },
  };
}
