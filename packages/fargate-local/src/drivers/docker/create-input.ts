import type { ContainerRequest } from "../driver.ts";
import type { EngineMount } from "./engine-mounts.ts";
import { engineHealthCheck } from "./health-check.ts";
import { parseImageName, toEngineReference } from "./image-name.ts";

const MIB = 1024 * 1024;
const CPU_UNITS = 1024;
const NANO = 1_000_000_000;
/** The least that the kernel takes. */
const LEAST_SHARES = 2;

/** Labels that say whose a container is: containers without ours are left alone. */
export const LABELS = {
  owner: "slipway.owner",
  task: "slipway.task",
  taskId: "slipway.task-id",
  container: "slipway.container",
} as const;

/** What of this machine and its engine a container depends on. */
export interface EngineFacts {
  readonly owner: string;
  readonly platform: NodeJS.Platform;
  /** How many processors the engine has. */
  readonly processors: number;
}

/**
 * The input of the engine's create call. On Linux the task shares the host's network, so that it
 * reaches servers on loopback. An entry point without a command drops the image's command, as on ECS.
 */
export function createInput(
  request: ContainerRequest,
  mounts: readonly EngineMount[],
  engine: EngineFacts,
): Record<string, unknown> {
  const { container, override, variables, taskArn, taskId } = request;
  const command = override?.command ?? container.command;
  return {
    Image: toEngineReference(parseImageName(container.image ?? "")),
    Env: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ...(command?.length ? { Cmd: command } : {}),
    ...(container.entryPoint?.length ? { Entrypoint: container.entryPoint } : {}),
    ...(container.workingDirectory ? { WorkingDir: container.workingDirectory } : {}),
    ...(container.user ? { User: container.user } : {}),
    ...(container.interactive ? { OpenStdin: true } : {}),
    ...(container.pseudoTerminal ? { Tty: true } : {}),
    Healthcheck: engineHealthCheck(container.healthCheck),
    Labels: {
      ...container.dockerLabels,
      [LABELS.owner]: engine.owner,
      [LABELS.task]: taskArn,
      [LABELS.taskId]: taskId,
      [LABELS.container]: container.name,
    },
    HostConfig: {
      ...(engine.platform === "linux" ? { NetworkMode: "host" } : {}),
      ...amounts(request, engine),
      ...linuxParameters(request),
      ReadonlyRootfs: container.readonlyRootFilesystem ?? false,
      ...(mounts.length === 0 ? {} : { Mounts: mounts }),
    },
  };
}

/** Memory that the kernel holds a container to (Fargate has no swap), and processor time up to the task's. */
function amounts(request: ContainerRequest, { processors }: EngineFacts) {
  const { memoryMib, memoryReservationMib, cpuUnits, taskCpuUnits } = request;
  const memory = memoryMib === undefined ? undefined : memoryMib * MIB;
  const processorsOfTask = Math.min((taskCpuUnits ?? 0) / CPU_UNITS, processors);
  return {
    ...(memory === undefined ? {} : { Memory: memory, MemorySwap: memory }),
    ...(memoryReservationMib === undefined
      ? {}
      : { MemoryReservation: memoryReservationMib * MIB }),
    ...(cpuUnits ? { CpuShares: Math.max(cpuUnits, LEAST_SHARES) } : {}),
    ...(processorsOfTask > 0 ? { NanoCpus: Math.round(processorsOfTask * NANO) } : {}),
  };
}

function linuxParameters({ container }: ContainerRequest) {
  const { initProcessEnabled = false, tmpfs = [], capabilities } = container.linuxParameters ?? {};
  const { ulimits = [] } = container;
  return {
    Init: initProcessEnabled,
    ...(tmpfs.length === 0
      ? {}
      : {
          Tmpfs: Object.fromEntries(
            tmpfs.map(({ containerPath, size, mountOptions = [] }) => [
              containerPath,
              [`size=${size}m`, ...mountOptions].join(","),
            ]),
          ),
        }),
    ...(ulimits.length === 0
      ? {}
      : {
          Ulimits: ulimits.map(({ name, softLimit, hardLimit }) => ({
            Name: name,
            Soft: softLimit,
            Hard: hardLimit,
          })),
        }),
    ...(capabilities?.add?.length ? { CapAdd: capabilities.add } : {}),
    ...(capabilities?.drop?.length ? { CapDrop: capabilities.drop } : {}),
  };
}
