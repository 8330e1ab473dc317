import { rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "@slipway/core";
import type { ContainerStats } from "../drivers/driver.ts";
import type { LogStore } from "../logs/log-store.ts";
import type { StopCode } from "../model/task.ts";
import type { TaskDefinition } from "../model/task-definition.ts";
import type { TaskRecord } from "../store/store.ts";
import type { TaskContext } from "./task-context.ts";
import { TaskSupervisor } from "./task-supervisor.ts";

/** ECS shows a stopped task for about an hour. */
const STOPPED_KEPT_S = 3600;
const STOPPED_KEPT = 10_000;
const TOKENS_KEPT_S = 24 * 3600;
const LOGS_KEPT_S = 14 * 24 * 3600;
const PRUNE_MS = 60_000;
/** How long closing waits for a container before it is killed. */
const CLOSE_TIMEOUT_MS = 10_000;

/** All tasks that are not stopped yet. */
export class TaskService {
  readonly #context: TaskContext;
  readonly #live = new Map<string, { supervisor: TaskSupervisor; ended: Promise<void> }>();
  readonly #pruning: NodeJS.Timeout;
  #isClosing = false;

  constructor(context: TaskContext) {
    this.#context = context;
    this.#pruning = setInterval(() => this.#tryPrune(), PRUNE_MS);
    this.#pruning.unref();
  }

  /** What the containers of all tasks wrote. */
  get logs(): LogStore {
    return this.#context.logs;
  }

  /** Begins the life of a task that is written down. One that comes while all are stopped is left to the next server, which ends it. */
  launch(record: TaskRecord, definition: TaskDefinition): void {
    if (this.#isClosing) return;
    this.#follow(record, definition, (supervisor) => supervisor.run());
  }

  /** Takes up what an earlier server was killed over. */
  resumeAll(): void {
    for (const record of this.#context.store.tasks.values()) {
      if (record.task.lastStatus === "STOPPED") continue;
      const key = record.task.taskDefinitionArn.split("/").at(-1) ?? "";
      const definition = this.#context.store.definitions.get(key)?.definition;
      if (definition === undefined) continue;
      this.#follow(record, definition, (supervisor) => supervisor.resume());
    }
  }

  stop(taskId: string, code: StopCode, reason: string): void {
    this.#live.get(taskId)?.supervisor.stop(code, reason);
  }

  async stats(taskId: string, containerName: string): Promise<ContainerStats | undefined> {
    return this.#live.get(taskId)?.supervisor.stats(containerName);
  }

  /** Forgets tasks that ECS would no longer show, and client tokens that have expired. */
  async prune(): Promise<void> {
    const { store, now, dataDir } = this.#context;
    const stopped = store.tasks
      .values()
      .filter(({ task }) => task.lastStatus === "STOPPED")
      .sort((a, b) => (b.task.stoppedAt ?? 0) - (a.task.stoppedAt ?? 0));
    const old = stopped.filter(
      ({ task }, index) => index >= STOPPED_KEPT || (task.stoppedAt ?? 0) < now() - STOPPED_KEPT_S,
    );
    for (const { id } of old) {
      await store.tasks.delete(id);
      await rm(join(dataDir, "work", id), { recursive: true, force: true });
    }
    await this.logs.prune((now() - LOGS_KEPT_S) * 1000);
    await store.clientTokens.prune(({ createdAt }) => createdAt < now() - TOKENS_KEPT_S);
  }

  /** What cannot be removed must not end the server, and is tried again. */
  #tryPrune(): void {
    this.prune().catch((error: unknown) => {
      this.#context.log(`what is old can't be removed: ${messageOf(error)}`);
    });
  }

  /** Stops all tasks, and settles when their containers have ended. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#pruning);
    for (const { supervisor } of this.#live.values()) {
      supervisor.stop("TerminationNotice", "Local Fargate was closed", CLOSE_TIMEOUT_MS);
    }
    await Promise.all([...this.#live.values()].map(({ ended }) => ended));
    await Promise.all(Object.values(this.#context.drivers).map((driver) => driver.close()));
  }

  #follow(
    record: TaskRecord,
    definition: TaskDefinition,
    begin: (supervisor: TaskSupervisor) => Promise<void>,
  ): void {
    const supervisor = new TaskSupervisor(record, definition, this.#context);
    const ended = begin(supervisor)
      .catch((error: unknown) => this.#context.log(`task ${record.id} was lost: ${String(error)}`))
      .finally(() => this.#live.delete(record.id));
    this.#live.set(record.id, { supervisor, ended });
  }
}
