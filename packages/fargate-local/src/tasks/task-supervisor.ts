import { setTimeout as delay } from "node:timers/promises";
import { messageOf, SlipwayError } from "@slipway/core";
import type { ContainerExit, ContainerStats, Driver, Output } from "../drivers/driver.ts";
import { startReason } from "../drivers/start-reason.ts";
import {
  type FailurePlan,
  type FailureStage,
  plannedExit,
  plannedStop,
} from "../failures/failure-plan.ts";
import { logDestination } from "../logs/log-destination.ts";
import { type HealthStatus, taskHealth } from "../model/health.ts";
import { advance, type StopCode, type TaskEvent } from "../model/task.ts";
import type { TaskDefinition } from "../model/task-definition.ts";
import { type ContainerSecrets, resolveSecrets } from "../secrets/resolve-secrets.ts";
import type { TaskRecord } from "../store/store.ts";
import type { ContainerLife, DefinedContainer } from "./container-life.ts";
import { ContainerOutput } from "./container-output.ts";
import { containerRequest } from "./container-request.ts";
import { assertLogGroups } from "./log-streams.ts";
import { pullImages } from "./pull-images.ts";
import { TaskContainers } from "./task-containers.ts";
import type { TaskContext } from "./task-context.ts";

const ESSENTIAL_ENDED = "Essential container in task exited";
const LEFT_BEHIND = "Local Fargate was restarted";

/** What the containers are started with. */
interface Prepared {
  readonly driver: Driver;
  readonly secrets: ReadonlyMap<string, ContainerSecrets>;
}

/** Carries one task through its life, and writes down each step. */
export class TaskSupervisor {
  readonly #context: TaskContext;
  readonly #definition: TaskDefinition;
  readonly #containers: TaskContainers;
  readonly #outputs = new Map<string, ContainerOutput>();
  /** Settles when the task has been asked to stop, for whatever reason. */
  readonly #stopAsked: Promise<void>;
  /** Settles when an essential container has ended. */
  readonly #essentialEnded: Promise<void>;
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
    this.#containers = new TaskContainers(definition);
    this.#stopAsked = new Promise((resolve) => {
      this.#tellStopAsked = resolve;
    });
    this.#essentialEnded = new Promise((resolve) => {
      this.#tellEssentialEnded = resolve;
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
    const prepared = await this.#prepare();
    if (prepared !== undefined) await this.#startAll(prepared);
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
      if (!this.#containers.get(name)?.isRunning)
        this.#emit({ type: "containerStopped", name, ...exit });
    }
    if (plan.hides === "containers") this.#emit({ type: "containersForgotten" });
    if (plan.hides === "task") void this.#write({ ...this.#record, lost: true });
    for (const name of plan.kills) this.#containers.get(name)?.stop(0);
    if (plan.stop !== undefined) this.stop(plan.stop.code, plan.stop.reason);
  }

  /** Goes on with a task that an earlier server was killed over. */
  async resume(): Promise<void> {
    const driver = this.#record.driver && this.#context.drivers[this.#record.driver];
    for (const life of this.#containers.all()) {
      const handle = this.#record.handles[life.name];
      if (handle === undefined || driver === undefined) continue;
      // What the earlier server wrote stays where nothing comes again.
      const output = fromFirstChunk(() => this.#output(life.defined));
      const health = (status: HealthStatus) => this.#checked(life, status);
      const found = await driver.find(handle, { output, health });
      if (found === undefined) continue;
      life.begin(found);
      this.#follow(life);
    }
    const wasStopping = this.#isStopping;
    this.#goOn(driver);
    if (wasStopping) this.#containers.stopInOrder(Number.POSITIVE_INFINITY);
    await this.#watch();
  }

  /** Stops the task where not all of its containers were started and some still run: nobody would start the others. */
  #goOn(driver: Driver | undefined): void {
    const all = this.#containers.all();
    const isWhole = all.every(({ name }) => this.#record.handles[name] !== undefined);
    const runs = all.some(({ hasStarted }) => hasStarted);
    if (!isWhole || !runs || driver?.survivesRestart !== true) {
      const started = Object.keys(this.#record.handles).length > 0;
      this.stop(started ? "TerminationNotice" : "TaskFailedToStart", LEFT_BEHIND);
    }
    if (this.#isStopping) return;
    this.#emit({ type: "activating" });
    this.#emit({ type: "running" });
  }

  /** Asks the task to stop; the first reason stays. */
  stop(code: StopCode, reason: string, longestMs = Number.POSITIVE_INFINITY): void {
    if (!this.#isStopping) {
      const told = plannedStop(this.#failure, code, reason);
      this.#emit({ type: "stopRequested", ...told });
      this.#emit({ type: "stopping" });
      this.#context.log(`task ${this.#record.id} stops: ${told.reason}`);
    }
    this.#tellStopAsked();
    this.#containers.stopInOrder(longestMs);
  }

  async stats(containerName: string): Promise<ContainerStats | undefined> {
    return this.#containers.get(containerName)?.stats();
  }

  /** The store's record is the one truth: its tags may be changed by others. */
  get #record(): TaskRecord {
    return this.#context.store.tasks.get(this.#first.id) ?? this.#first;
  }

  get #isStopping(): boolean {
    return this.#record.task.desiredStatus === "STOPPED";
  }

  /** All that comes before the first container; undefined where the task was asked to stop meanwhile. */
  async #prepare(): Promise<Prepared | undefined> {
    const { containerDefinitions } = this.#definition;
    const secrets = await resolveSecrets(containerDefinitions, this.#context.secrets);
    assertLogGroups(this.#definition, this.#record.id, this.#context);
    const driver = await this.#chooseDriver();
    if (this.#isStopping) return undefined;
    this.#emit({ type: "pullStarted" });
    if (await this.#failsAt("pull")) return undefined;
    const pulls = pullImages(driver, this.#definition, secrets);
    await Promise.race([pulls, this.#stopAsked]);
    if (this.#isStopping) {
      // The pull goes on for the sake of other tasks; nobody waits for its end here.
      pulls.catch(() => {});
      return undefined;
    }
    this.#emit({ type: "pullStopped" });
    return { driver, secrets };
  }

  async #chooseDriver(): Promise<Driver> {
    const images = this.#definition.containerDefinitions.map(({ image = "" }) => image);
    const { driver: name, why } = await this.#context.choose([...new Set(images)]);
    this.#context.log(`task ${this.#record.id} runs with the ${name} driver: ${why}`);
    void this.#write({ ...this.#record, driver: name });
    return this.#context.drivers[name];
  }

  async #startAll(prepared: Prepared): Promise<void> {
    if (await this.#failsAt("start")) return;
    await this.#startInOrder(prepared);
    if (this.#isStopping) return;
    const isWhole = this.#containers.all().every(({ hasStarted }) => hasStarted);
    if (!isWhole) return this.stop("EssentialContainerExited", ESSENTIAL_ENDED);
    this.#emit({ type: "activating" });
    this.#emit({ type: "running" });
    void this.#failsAt("run");
  }

  async #startInOrder(prepared: Prepared): Promise<void> {
    try {
      await this.#containers.startInOrder({
        start: (life) => this.#start(life, prepared),
        failed: ({ name }, error) => {
          const reason = startReason(messageOf(error));
          this.#emit({ type: "containerStopped", name, reason });
        },
        interrupted: Promise.race([this.#stopAsked, this.#essentialEnded]),
      });
    } catch (cause) {
      throw launchFailed(startReason(messageOf(cause)), cause);
    }
  }

  async #start(life: ContainerLife, { driver, secrets }: Prepared): Promise<void> {
    const { defined, name } = life;
    const index = this.#definition.containerDefinitions.indexOf(defined);
    const request = containerRequest({
      record: this.#record,
      definition: this.#definition,
      container: defined,
      secrets: secrets.get(name),
      metadataUri: this.#context.metadataUri(this.#record.id, index),
      sinks: {
        output: this.#output(defined),
        health: (status) => this.#checked(life, status),
      },
    });
    for (const what of driver.unmet(request)) {
      this.#context.log(`task ${this.#record.id}: container ${name} does without ${what}`);
    }
    const running = await driver.start(request);
    life.begin(running);
    const { runtimeId, imageDigest, handle } = running;
    const handles = { ...this.#record.handles, [name]: handle };
    // On disk before anybody is told that it runs, so that a killed server finds it again.
    await this.#write({ ...this.#record, handles });
    const image = imageDigest === undefined ? {} : { imageDigest };
    this.#emit({ type: "containerStarted", name, runtimeId, ...image });
    this.#follow(life);
    if (this.#isStopping) this.#containers.stopInOrder(Number.POSITIVE_INFINITY);
  }

  /** Tells the end of a container; that of an essential one when all have started, so that the task was RUNNING. */
  #follow(life: ContainerLife): void {
    if (life.isEssential) void life.ended.then(this.#tellEssentialEnded);
    else void life.ended.then((exit) => this.#containerEnded(life, exit));
  }

  #checked(life: ContainerLife, healthStatus: HealthStatus): void {
    life.checked(healthStatus);
    const essential = this.#containers.all().filter(({ isEssential }) => isEssential);
    const task = taskHealth(essential.map(({ health }) => health));
    this.#context.log(`task ${this.#record.id}: container ${life.name} is ${healthStatus}`);
    // A task of no service goes on whatever its health is.
    this.#emit({ type: "healthChanged", name: life.name, healthStatus, task });
  }

  /** Waits for all containers; the first essential one that ends takes the others along. */
  async #watch(): Promise<void> {
    const started = this.#containers.all().filter(({ hasStarted }) => hasStarted);
    const watched = started.map(async (life) => {
      const exit = await life.ended;
      if (life.isEssential) this.#containerEnded(life, exit);
    });
    await Promise.all(watched);
    await Promise.all([...this.#outputs.values()].map((output) => output.close()));
    if (!this.#isStopping) this.stop("EssentialContainerExited", ESSENTIAL_ENDED);
    await this.#release();
    this.#emit({ type: "deprovisioning" });
    this.#emit({ type: "stopped" });
    await this.#context.store.tasks.flush();
  }

  #containerEnded({ name, isEssential }: ContainerLife, exit: ContainerExit): void {
    this.#emit({ type: "containerStopped", name, ...plannedExit(this.#failure, name, exit) });
    void this.#outputs.get(name)?.close();
    const code = exit.exitCode ?? "an unknown exit code";
    this.#context.log(`task ${this.#record.id}: container ${name} ended with ${code}`);
    if (isEssential && !this.#isStopping) this.stop("EssentialContainerExited", ESSENTIAL_ENDED);
  }

  /** What can't be removed now is removed by the next server. */
  async #release(): Promise<void> {
    const { driver, id } = this.#record;
    // A server that was killed may have had no time to write down the driver: Docker's containers have labels.
    await this.#context.drivers[driver ?? "process"].endLeftBehind(id);
    if (driver === undefined || !this.#definition.volumes?.length) return;
    await this.#context.drivers[driver].release(id).catch((error: unknown) => {
      this.#context.log(`task ${id}: its volumes can't be removed: ${messageOf(error)}`);
    });
  }

  #output(container: DefinedContainer): Output {
    const { id } = this.#record;
    const { family } = this.#definition;
    const { logs, log } = this.#context;
    const { group, stream } = logDestination(container, family, id);
    const print = (line: string) => log(`${family}/${container.name}/${id}: ${line}`);
    const output = new ContainerOutput(logs.ensureStream(group, stream), print);
    this.#outputs.set(container.name, output);
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

function launchFailed(message: string, cause: unknown): SlipwayError {
  return new SlipwayError("LAUNCH_FAILED", message, {}, { cause });
}

function fromFirstChunk(open: () => Output): Output {
  let output: Output | undefined;
  return (chunk) => {
    output ??= open();
    return output(chunk);
  };
}
