import type { ContainerExit, ContainerStats, RunningContainer } from "../drivers/driver.ts";
import { DEFAULT_STOP_TIMEOUT_S } from "../model/container-plan.ts";
import type { HealthStatus } from "../model/health.ts";
import type { TaskDefinition } from "../model/task-definition.ts";

export type DefinedContainer = TaskDefinition["containerDefinitions"][number];

/** The longest that Fargate waits for a container after SIGTERM. */
const LONGEST_STOP_TIMEOUT_S = 120;

/** One container of a task, from before its start to its end. */
export class ContainerLife {
  readonly defined: DefinedContainer;
  /** Settles when it has started; never where it does not. */
  readonly started: Promise<void>;
  /** Settles when it has ended; never where it never started. */
  readonly ended: Promise<ContainerExit>;
  /** Settles when a health check has passed. */
  readonly becameHealthy: Promise<void>;
  #running: RunningContainer | undefined;
  #health: HealthStatus = "UNKNOWN";
  #hasEnded = false;
  #tellStarted: (running: RunningContainer) => void = () => {};
  #tellHealthy: () => void = () => {};

  constructor(defined: DefinedContainer) {
    this.defined = defined;
    const begun = new Promise<RunningContainer>((resolve) => {
      this.#tellStarted = resolve;
    });
    this.started = begun.then(() => {});
    this.ended = begun.then((running) => running.exited);
    this.becameHealthy = new Promise((resolve) => {
      this.#tellHealthy = resolve;
    });
    void this.ended.then(() => {
      this.#hasEnded = true;
    });
  }

  get name(): string {
    return this.defined.name;
  }

  get isEssential(): boolean {
    return this.defined.essential !== false;
  }

  get hasStarted(): boolean {
    return this.#running !== undefined;
  }

  get isRunning(): boolean {
    return this.hasStarted && !this.#hasEnded;
  }

  get health(): HealthStatus {
    return this.#health;
  }

  begin(running: RunningContainer): void {
    this.#running = running;
    this.#tellStarted(running);
  }

  checked(health: HealthStatus): void {
    this.#health = health;
    if (health === "HEALTHY") this.#tellHealthy();
  }

  /** SIGTERM, and SIGKILL after the container's own time or the longest that is given; SIGKILL alone for 0. */
  stop(longestMs: number): void {
    const timeoutS = this.defined.stopTimeout ?? DEFAULT_STOP_TIMEOUT_S;
    const timeoutMs = Math.min(timeoutS, LONGEST_STOP_TIMEOUT_S) * 1000;
    if (this.isRunning) this.#running?.stop(Math.min(timeoutMs, longestMs));
  }

  async stats(): Promise<ContainerStats | undefined> {
    return this.isRunning ? this.#running?.stats() : undefined;
  }
}
