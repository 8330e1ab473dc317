import type { Container, Task } from "@aws-sdk/client-ecs";
import { withoutArns } from "./classify.ts";

/** The part of a task's description that says why it stopped. */
export type StoppedTask = Pick<Task, "stopCode" | "stoppedReason" | "containers" | "lastStatus">;

/** What is known of a task's containers beside what ECS says of the task. */
export interface ContainerRoles {
  /** The name of the container that the flow runs in. */
  readonly flowContainer?: string;
  /** Names of containers whose end does not end the task. */
  readonly unessential?: readonly string[];
}

/** What rules look at. */
export interface StopFacts {
  /** Empty where AWS leaves it out, as it does at times where its documentation promises it. */
  readonly stopCode: string;
  /** The task's and the containers' reasons, one a line, without what people call things: that says what they like. */
  readonly words: string;
  /** How the flow's own container ended. */
  readonly flowExit: number | undefined;
  /** The essential container beside the flow's that ended first, where that can be told. */
  readonly sidecar: string | undefined;
  /** Whether any container has an exit code. */
  readonly exited: boolean;
  /** Whether ECS made containers of it: what waits for a place has none yet. */
  readonly placed: boolean;
}

/** What a container says that was stopped from outside: SIGTERM, and SIGKILL after the stop timeout. */
const STOPPED_FROM_OUTSIDE = [143, 137];

export function stopFactsOf(task: StoppedTask, roles: ContainerRoles): StopFacts {
  const { stopCode = "", containers = [] } = task;
  const flow = flowContainerOf(containers, roles);
  return {
    stopCode,
    words: withoutArns(withoutImages(tellingReasons(task, flow, roles).join("\n"), containers)),
    flowExit: flow?.exitCode,
    sidecar: endedFirst(containers, flow, roles),
    exited: containers.some(({ exitCode }) => exitCode !== undefined),
    placed: containers.length > 0,
  };
}

/** AWS's own words, each once. */
export function reasonsOf({ stoppedReason, containers = [] }: StoppedTask): readonly string[] {
  const reasons = [stoppedReason, ...containers.map(({ reason }) => reason)];
  return [...new Set(reasons.flatMap((reason) => (reason ? [reason] : [])))];
}

/** What AWS and Slipway write where they stop a task; other words come from whoever called StopTask. */
const NOT_OF_USERS = /^(Slipway: |Your Spot Task was interrupted|Host EC2 )/;

/** The words that may say why the task stopped: none of its users, and none of a sidecar that the flow outlived. */
function tellingReasons(
  { stopCode, stoppedReason = "", containers = [] }: StoppedTask,
  flow: Container | undefined,
  { unessential = [] }: ContainerRoles,
): readonly string[] {
  const ofUser = stopCode === "UserInitiated" && !NOT_OF_USERS.test(stoppedReason);
  const telling = containers.filter(
    ({ name = "" }) => flow?.exitCode === undefined || !unessential.includes(name),
  );
  return reasonsOf({ stoppedReason: ofUser ? "" : stoppedReason, containers: telling });
}

/** An image may be called `timeout`, and a digest has any number in it. */
function withoutImages(words: string, containers: readonly Container[]): string {
  const names = containers.flatMap(({ image = "" }) => [
    image,
    image.replace(/@.*/, ""),
    ...image.split("@"),
  ]);
  const known = names.filter((name) => name !== "").sort((a, b) => b.length - a.length);
  return known
    .reduce((left, name) => left.replaceAll(name, "‹image›"), words)
    .replaceAll(/sha256:[0-9a-f]+/g, "‹digest›");
}

function flowContainerOf(containers: readonly Container[], { flowContainer }: ContainerRoles) {
  return (
    containers.find(({ name }) => name === flowContainer) ??
    (containers.length === 1 ? containers[0] : undefined)
  );
}

/**
 * ECS does not say which essential container ended first; but the others are stopped from outside then, and how they
 * end shows that.
 */
function endedFirst(
  containers: readonly Container[],
  flow: Container | undefined,
  { unessential = [] }: ContainerRoles,
): string | undefined {
  if (flow === undefined || !isStoppedFromOutside(flow)) return undefined;
  const candidates = containers.filter(
    (container) => container !== flow && !unessential.includes(container.name ?? ""),
  );
  const failed = candidates.find(
    ({ exitCode = 0 }) => exitCode !== 0 && !STOPPED_FROM_OUTSIDE.includes(exitCode),
  );
  // A flow that was killed may have been killed for its memory, and a sidecar that heeds SIGTERM ends with 0 as well.
  const ended =
    flow.exitCode === 143 ? candidates.find(({ exitCode }) => exitCode === 0) : undefined;
  return (failed ?? ended)?.name;
}

function isStoppedFromOutside({ exitCode }: Container): boolean {
  return exitCode === undefined || STOPPED_FROM_OUTSIDE.includes(exitCode);
}
