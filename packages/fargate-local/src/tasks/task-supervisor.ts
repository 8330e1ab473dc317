import { setTimeout as delay } from "node:timers/promises";
import { messageOf, SlipwayError } from "@slipway/core";
import type {
  ContainerExit,
  ContainerStats,
  Driver,
  Output,
  RunningContainer,
} from "../drivers/driver.ts";
import {
  type FailurePlan,
  type FailureStage,
  plannedExit,
  plannedStop,
} from "../failures/failure-plan.ts";
import { logDestination } from "../logs/log-destination.ts";
import { DEFAULT_STOP_TIMEOUT_S, givenVariables } from "../model/container-plan.ts";
import { parseMemory } from "../model/fargate-sizes.ts";
import { advance, type StopCode, type TaskEvent } from "../model/task.ts";
import type { TaskDefinition } from "../model/task-definition.ts";
import type { TaskRecord } from "../store/store.ts";
import { ContainerOutput } from "./container-output.ts";
import type { TaskContext } from "./task-context.ts";

type DefinedContainer = TaskDefinition["containerDefinitions"][number];

const ESSENTIAL_ENDED = "Essential container in task exited";
const LEFT_BEHIND = "Local Fargate was restarted";

/** Carries one task through its life, and writes down each step. */
export class TaskSupervisor {
  readonly #context: TaskContext;
  readonly #definition: TaskDefinition;
  readonly #running = new Map<string, RunningContainer>();
  readonly #outputs: ContainerOutput[] = [];
  /** Settles when the task has been asked to stop, for whatever reason. */
  readonly #stopAsked: Promise<void>;
  /** Settles when an essential container has ended. */
  readonly #essentialEnded: Promise<"essential">;
  readonly #first: TaskRecord;
  /** What a script makes go wrong with this task, and the same once it has taken effect. */
  #plan: FailurePlan | undefined;
  #failure: FailurePlan | undefined;
  #tellStopAsked: () => void = () => {};
  #tellEssentialEnded: () => void = () => {};

  constructor(record: TaskRecord, definition: TaskDefinition, context: TaskContext) {
    this.#first = record;
    this.#definition = definition;
    this.#context = context;
    this.#stopAsked = new Promise((resolve) => {
      this.#tellStopAsked = resolve;
    });
    this.#essentialEnded = new Promise((resolve) => {
      this.#tellEssentialEnded = () => resolve("essential");
    });
  }

  /** From PROVISIONING to STOPPED. Never throws: what goes wrong becomes the stopped reason. */
  async run(): Promise<void> {
    const { task, region } = this.#record;
    this.#plan = this.#context.failures?.planFor({ task, region, definition: this.#definition });
    try {
      await this.#begin();
    } catch (error) {
      this.stop("TaskFailedToStart", messageOf(error));
    }
    await this.#watch();
  }

  async #begin(): Promise<void> {
    if (await this.#failsAt("provision")) return;
    this.#emit({ type: "connected" });
    if (await this.#failsAt("prepare")) return;
    const driver = await this.#prepare();
    if (driver !== undefined) await this.#startAll(driver);
  }

  /** True where the task goes no further: it fails here by the script, or was asked to stop while that was due. */
  async #failsAt(stage: FailureStage): Promise<boolean> {
    const plan = this.#plan;
    if (plan?.stage !== stage) return false;
    await Promise.race([delay(plan.afterMs, undefined, { ref: false }), this.#stopAsked]);
    if (!this.#isStopping) this.#fail(plan);
    return true;
  }

  #fail(plan: FailurePlan): void {
    this.#context.log(`task ${this.#record.id} fails by the script: ${plan.name}`);
    this.#failure = plan;
    if (plan.stage === "pull") this.#emit({ type: "pullStopped" });
    for (const [name, exit] of Object.entries(plan.exits)) {
      if (!this.#running.has(name)) this.#emit({ type: "containerStopped", name, ...exit });
    }
    if (plan.hides === "containers") this.#emit({ type: "containersForgotten" });
    if (plan.hides === "task") void this.#write({ ...this.#record, lost: true });
    for (const name of plan.kills) this.#running.get(name)?.stop(0);
    if (plan.stop !== undefined) this.stop(plan.stop.code, plan.stop.reason);
  }

  /** Goes on with a task that an earlier server was killed over. */
  async resume(): Promise<void> {
    const driver = this.#record.driver && this.#context.drivers[this.#record.driver];
    for (const container of this.#definition.containerDefinitions) {
      const handle = this.#record.handles[container.name];
      if (handle === undefined || driver === undefined) continue;
      // What the earlier server wrote stays where nothing comes again.
      const output = fromFirstChunk(() => this.#output(container));
      const found = await driver.find(handle, output);
      if (found !== undefined) this.#running.set(container.name, found);
    }
    const wasStopping = this.#isStopping;
    if (this.#running.size === 0 || driver?.survivesRestart !== true) {
      const started = Object.keys(this.#record.handles).length > 0;
      this.stop(started ? "TerminationNotice" : "TaskFailedToStart", LEFT_BEHIND);
    }
    if (wasStopping) this.#stopContainers(undefined);
    await this.#watch();
  }

  /** Asks the task to stop; the first reason stays. */
  stop(code: StopCode, reason: string, longestMs?: number): void {
    if (!this.#isStopping) {
      const told = plannedStop(this.#failure, code, reason);
      this.#emit({ type: "stopRequested", ...told });
      this.#emit({ type: "stopping" });
      this.#context.log(`task ${this.#record.id} stops: ${told.reason}`);
    }
    this.#tellStopAsked();
    this.#stopContainers(longestMs);
  }

  async stats(containerName: string): Promise<ContainerStats | undefined> {
    return this.#running.get(containerName)?.stats();
  }

  /** The store's record is the one truth: its tags may be changed by others. */
  get #record(): TaskRecord {
    return this.#context.store.tasks.get(this.#first.id) ?? this.#first;
  }

  get #isStopping(): boolean {
    return this.#record.task.desiredStatus === "STOPPED";
  }

  /** Chooses the driver and pulls the images; undefined where the task was asked to stop meanwhile. */
  async #prepare(): Promise<Driver | undefined> {
    const containers = this.#definition.containerDefinitions;
    assertNoSecrets(containers);
    const images = [...new Set(containers.map(({ image = "" }) => image))];
    const { driver: name, why } = await this.#context.choose(images);
    this.#context.log(`task ${this.#record.id} runs with the ${name} driver: ${why}`);
    const driver = this.#context.drivers[name];
    void this.#write({ ...this.#record, driver: name });
    this.#emit({ type: "pullStarted" });
    if (await this.#failsAt("pull")) return undefined;
    const pulls = Promise.all(images.map((image) => pullImage(driver, image)));
    await Promise.race([pulls, this.#stopAsked]);
    if (this.#isStopping) {
      // The pull goes on for the sake of other tasks; nobody waits for its end here.
      pulls.catch(() => {});
      return undefined;
    }
    this.#emit({ type: "pullStopped" });
    return driver;
  }

  async #startAll(driver: Driver): Promise<void> {
    if (await this.#failsAt("start")) return;
    const started = new Map<string, Promise<void>>();
    const startOne = (container: DefinedContainer): Promise<void> => {
      const known = started.get(container.name);
      if (known !== undefined) return known;
      const starting = this.#startAfterDependencies(driver, container, startOne);
      started.set(container.name, starting);
      return starting;
    };
    const results = await Promise.allSettled(this.#definition.containerDefinitions.map(startOne));
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    if (this.#isStopping) return;
    this.#emit({ type: "activating" });
    this.#emit({ type: "running" });
    void this.#failsAt("run");
  }

  async #startAfterDependencies(
    driver: Driver,
    container: DefinedContainer,
    startOne: (container: DefinedContainer) => Promise<void>,
  ): Promise<void> {
    for (const { containerName, condition } of container.dependsOn ?? []) {
      const upstream = this.#definition.containerDefinitions.find(
        ({ name }) => name === containerName,
      );
      if (upstream !== undefined) await this.#waitFor(upstream, condition, startOne);
    }
    if (!this.#isStopping) await this.#start(driver, container);
  }

  async #waitFor(
    upstream: DefinedContainer,
    condition: string,
    startOne: (container: DefinedContainer) => Promise<void>,
  ): Promise<void> {
    await startOne(upstream);
    if (condition !== "SUCCESS" && condition !== "COMPLETE") return;
    const exited = this.#running.get(upstream.name)?.exited;
    const exit = await Promise.race([exited, this.#stopAsked, this.#essentialEnded]);
    if (exit === "essential") return this.stop("EssentialContainerExited", ESSENTIAL_ENDED);
    if (condition === "SUCCESS" && exit && exit.exitCode !== 0) {
      throw new SlipwayError(
        "LAUNCH_FAILED",
        `DependencyError: container ${upstream.name} exited with ${exit.exitCode ?? "no exit code"}`,
      );
    }
  }

  async #start(driver: Driver, container: DefinedContainer): Promise<void> {
    const { id, region, task } = this.#record;
    const index = this.#definition.containerDefinitions.indexOf(container);
    const override = task.overrides.containerOverrides?.find(({ name }) => name === container.name);
    const metadataUri = this.#context.metadataUri(id, index);
    try {
      const running = await driver.start({
        taskArn: task.taskArn,
        taskId: id,
        container,
        override,
        variables: givenVariables(container, override, { region, metadataUri }),
        memoryMib: override?.memory ?? container.memory ?? parseMemory(task.memory),
        output: this.#output(container),
      });
      this.#running.set(container.name, running);
      if (container.essential !== false) void running.exited.then(this.#tellEssentialEnded);
      const { runtimeId, imageDigest, handle } = running;
      const handles = { ...this.#record.handles, [container.name]: handle };
      // On disk before anybody is told that it runs, so that a killed server finds it again.
      await this.#write({ ...this.#record, handles });
      const image = imageDigest === undefined ? {} : { imageDigest };
      this.#emit({ type: "containerStarted", name: container.name, runtimeId, ...image });
      if (this.#isStopping) this.#stopContainers(undefined);
    } catch (error) {
      const reason = `CannotStartContainerError: ${messageOf(error)}`;
      this.#emit({ type: "containerStopped", name: container.name, reason });
      throw launchFailed(reason, error);
    }
  }

  /** Waits for all containers; the first essential one that ends takes the others along. */
  async #watch(): Promise<void> {
    const watched = [...this.#running].map(async ([name, running]) => {
      const exit = await running.exited;
      this.#containerEnded(name, exit);
    });
    await Promise.all(watched);
    await Promise.all(this.#outputs.map((output) => output.close()));
    if (!this.#isStopping) this.stop("EssentialContainerExited", ESSENTIAL_ENDED);
    this.#emit({ type: "deprovisioning" });
    this.#emit({ type: "stopped" });
    await this.#context.store.tasks.flush();
  }

  #containerEnded(name: string, exit: ContainerExit): void {
    this.#running.delete(name);
    this.#emit({ type: "containerStopped", name, ...plannedExit(this.#failure, name, exit) });
    const code = exit.exitCode ?? "an unknown exit code";
    this.#context.log(`task ${this.#record.id}: container ${name} ended with ${code}`);
    const container = this.#definition.containerDefinitions.find((one) => one.name === name);
    if (container?.essential === false || this.#isStopping) return;
    this.stop("EssentialContainerExited", ESSENTIAL_ENDED);
  }

  #stopContainers(longestMs = Number.POSITIVE_INFINITY): void {
    for (const [name, running] of this.#running) {
      const container = this.#definition.containerDefinitions.find((one) => one.name === name);
      const timeoutMs = (container?.stopTimeout ?? DEFAULT_STOP_TIMEOUT_S) * 1000;
      running.stop(Math.min(timeoutMs, longestMs));
    }
  }

  #output(container: DefinedContainer): Output {
    const { id } = this.#record;
    const { family } = this.#definition;
    const { logs, log } = this.#context;
    const { group, stream } = logDestination(container, family, id);
    const print = (line: string) => log(`${family}/${container.name}/${id}: ${line}`);
    const output = new ContainerOutput(logs.ensureStream(group, stream), print);
    this.#outputs.push(output);
    return (chunk) => output.write(chunk);
  }

  #emit(event: TaskEvent): void {
    const task = advance(this.#record.task, event, this.#context.now());
    void this.#write({ ...this.#record, task });
  }

  async #write(record: TaskRecord): Promise<void> {
    try {
      await this.#context.store.tasks.put(record.id, record);
    } catch (error) {
      this.#context.log(`task ${record.id} can't be written down: ${messageOf(error)}`);
    }
  }
}

function fromFirstChunk(open: () => Output): Output {
  let output: Output | undefined;
  return (chunk) => {
    output ??= open();
    output(chunk);
  };
}

async function pullImage(driver: Driver, image: string): Promise<void> {
  try {
    await driver.pull(image);
  } catch (error) {
    const what = `CannotPullContainerError: failed to resolve ref ${image}`;
    throw launchFailed(`${what}: ${messageOf(error)}`, error);
  }
}

function launchFailed(message: string, cause: unknown): SlipwayError {
  return new SlipwayError("LAUNCH_FAILED", message, {}, { cause });
}

/** A secret that silently stays away would be found much later, so the task does not start. */
function assertNoSecrets(containers: readonly DefinedContainer[]): void {
  const secret = containers.flatMap(({ secrets = [] }) => secrets)[0];
  if (secret === undefined) return;
  throw new SlipwayError(
    "LAUNCH_FAILED",
    `ResourceInitializationError: unable to pull secrets or registry auth: local Fargate has no store to read ${secret.valueFrom} (for ${secret.name}) from; give the value as environment`,
  );
}
