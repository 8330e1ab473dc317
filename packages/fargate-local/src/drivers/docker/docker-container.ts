import { messageOf } from "@slipway/core";
import { z } from "zod";
import type {
  ContainerExit,
  ContainerSinks,
  ContainerStats,
  Output,
  RunningContainer,
} from "../driver.ts";
import type { DockerClient } from "./docker-client.ts";
import { followHealth } from "./follow-health.ts";
import { createFrameReader } from "./log-frames.ts";

const OUT_OF_MEMORY_EXIT = 137;

const stateSchema = z.looseObject({
  State: z.looseObject({
    ExitCode: z.int(),
    OOMKilled: z.boolean(),
    Error: z.string().optional(),
  }),
});
const statsSchema = z.looseObject({
  read: z.string(),
  memory_stats: z.looseObject({ usage: z.number().optional() }),
  cpu_stats: z.looseObject({ cpu_usage: z.looseObject({ total_usage: z.number() }) }),
});

/** How a container is found again; plain JSON. */
export interface DockerHandle {
  readonly id: string;
  readonly imageDigest?: string | undefined;
  readonly hasTerminal?: boolean | undefined;
  readonly hasHealthCheck?: boolean | undefined;
}

/** Watches a started container to its end, from its first output on, and then removes it. */
export function dockerContainer(
  docker: DockerClient,
  handle: DockerHandle,
  { output, health }: ContainerSinks,
): RunningContainer {
  const { id, imageDigest, hasTerminal = false, hasHealthCheck = false } = handle;
  const followed = followLogs(docker, id, output, hasTerminal);
  const exited = waitForExit(docker, id, followed);
  let tellStopping = () => {};
  const stopping = new Promise<void>((resolve) => {
    tellStopping = resolve;
  });
  if (hasHealthCheck) followHealth(docker, id, health, Promise.race([exited, stopping]));
  return {
    runtimeId: id,
    ...(imageDigest === undefined ? {} : { imageDigest }),
    handle: { ...handle },
    exited,
    stop(timeoutMs) {
      tellStopping();
      const t = String(Math.ceil(timeoutMs / 1000));
      const how = timeoutMs === 0 ? { verb: "kill", query: {} } : { verb: "stop", query: { t } };
      const { verb, query } = how;
      const call = { method: "POST", path: `/containers/${id}/${verb}`, query } as const;
      // A container that has ended meanwhile is what is wanted.
      docker.call(call, z.unknown()).catch(() => {});
    },
    stats: () => readStats(docker, id),
  };
}

async function waitForExit(
  docker: DockerClient,
  id: string,
  followed: Promise<void>,
): Promise<ContainerExit> {
  try {
    await docker.call({ method: "POST", path: `/containers/${id}/wait` }, z.unknown());
    const call = { method: "GET", path: `/containers/${id}/json` } as const;
    const { State } = await docker.call(call, stateSchema);
    await followed;
    await removeContainer(docker, id);
    if (!State.OOMKilled) {
      return State.Error
        ? { exitCode: State.ExitCode, reason: State.Error }
        : { exitCode: State.ExitCode };
    }
    return {
      exitCode: State.ExitCode === 0 ? OUT_OF_MEMORY_EXIT : State.ExitCode,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    };
  } catch (error) {
    return { reason: `CannotInspectContainerError: ${messageOf(error)}` };
  }
}

/** Settles when the container has said its last. */
async function followLogs(
  docker: DockerClient,
  id: string,
  output: Output,
  hasTerminal: boolean,
): Promise<void> {
  const query = {
    follow: "1",
    stdout: "1",
    stderr: "1",
    // The output of a terminal comes without frames, and a time in it could not be told from a text.
    timestamps: hasTerminal ? "0" : "1",
  };
  const read = hasTerminal
    ? (bytes: Buffer) => output({ bytes, source: "stdout" })
    : createFrameReader(output);
  try {
    const response = await docker.open({ method: "GET", path: `/containers/${id}/logs`, query });
    for await (const chunk of response) await read(chunk);
  } catch {
    // The engine went away; `waitForExit` tells it.
  }
}

export async function removeContainer(docker: DockerClient, id: string): Promise<void> {
  const query = { force: "true", v: "true" };
  try {
    await docker.call({ method: "DELETE", path: `/containers/${id}`, query }, z.unknown());
  } catch {
    // Gone already, or the engine is: what is left is found by its label at the next start.
  }
}

async function readStats(docker: DockerClient, id: string): Promise<ContainerStats | undefined> {
  const query = { stream: "false", "one-shot": "true" };
  try {
    const call = { method: "GET", path: `/containers/${id}/stats`, query } as const;
    const stats = await docker.call(call, statsSchema);
    return {
      read: stats.read,
      memoryBytes: stats.memory_stats.usage ?? 0,
      cpuNanoseconds: stats.cpu_stats.cpu_usage.total_usage,
    };
  } catch {
    return undefined;
  }
}
