import type { TaskDefinition } from "../model/task-definition.ts";
import { ContainerLife } from "./container-life.ts";
import { waitForDependency } from "./dependency.ts";

export interface StartSteps {
  /** Not called for a container that was interrupted while it waited. */
  readonly start: (life: ContainerLife) => Promise<void>;
  readonly failed: (life: ContainerLife, error: unknown) => void;
  readonly interrupted: Promise<unknown>;
}

/** The containers of one task, in the order that their dependencies give. */
export class TaskContainers {
  readonly #lives: ReadonlyMap<string, ContainerLife>;
  /** When the last container has to have ended, in milliseconds of the monotonic clock. */
  #deadline = Number.POSITIVE_INFINITY;
  #isStopping = false;
  readonly #told = new Set<ContainerLife>();

  constructor({ containerDefinitions }: TaskDefinition) {
    const lives = containerDefinitions.map((defined) => new ContainerLife(defined));
    this.#lives = new Map(lives.map((life) => [life.name, life]));
  }

  get(name: string): ContainerLife | undefined {
    return this.#lives.get(name);
  }

  all(): ContainerLife[] {
    return [...this.#lives.values()];
  }

  /**
   * Starts each container as soon as those that it depends on are as it wants them. Settles when all have
   * started or can't; throws what the first of them threw.
   */
  async startInOrder({ start, interrupted, failed }: StartSteps): Promise<void> {
    const failure = new AbortController();
    const aborted = new Promise((resolve) => failure.signal.addEventListener("abort", resolve));
    const end = Promise.race([interrupted, aborted]);
    const starts = this.all().map(async (life) => {
      try {
        if (await this.#mayStart(life, end)) await start(life);
      } catch (error) {
        failed(life, error);
        // Those that depend on it would wait for ever.
        failure.abort();
        throw error;
      }
    });
    const results = await Promise.allSettled(starts);
    const rejected = results.find((result) => result.status === "rejected");
    if (rejected !== undefined) throw rejected.reason;
  }

  /**
   * Stops all that run, each one after those that depend on it, and all within the time that is given. May be
   * called again with less time, or when another one has started.
   */
  stopInOrder(longestMs: number): void {
    this.#isStopping = true;
    this.#deadline = Math.min(this.#deadline, performance.now() + longestMs);
    for (const life of this.all()) {
      if (this.#told.has(life)) life.stop(this.#timeLeft());
      else if (life.isRunning) void this.#stopAfterDependents(life);
    }
  }

  async #mayStart(life: ContainerLife, interrupted: Promise<unknown>): Promise<boolean> {
    for (const { containerName, condition } of life.defined.dependsOn ?? []) {
      const upstream = this.get(containerName);
      if (upstream === undefined) continue;
      if (!(await waitForDependency(life.name, upstream, condition, interrupted))) return false;
    }
    return !this.#isStopping;
  }

  async #stopAfterDependents(life: ContainerLife): Promise<void> {
    const dependents = this.all().filter(
      ({ isRunning, defined }) =>
        isRunning && defined.dependsOn?.some(({ containerName }) => containerName === life.name),
    );
    await Promise.all(dependents.map(({ ended }) => ended));
    this.#told.add(life);
    life.stop(this.#timeLeft());
  }

  /** Never 0, which would be a kill without a word. */
  #timeLeft(): number {
    return Math.max(1, this.#deadline - performance.now());
  }
}
