import { setTimeout as sleep } from "node:timers/promises";
import type { Task } from "@aws-sdk/client-ecs";
import type {
  Cost,
  Diagnosis,
  Infrastructure,
  JsonObject,
  Observation,
  Timeline,
} from "@slipway/core";
import type { Scrubber } from "../scrub.ts";
import { emptyAnswer, exceptionOf } from "./cloud-error.ts";
import { diagnose, lostTask } from "./diagnose.ts";
import { START_TIMEOUT_REASON } from "./diagnosis-rules.ts";
import type { Ecs } from "./ecs.ts";
import { hasStarted, timelineOf, waitsFor } from "./observation.ts";
import type { ContainerRoles } from "./stopped-task.ts";
import type { TaskLook, TaskPoller } from "./task-poller.ts";

/** DescribeTasks may not know a task yet that RunTask has just made. */
const SETTLING_MS = 60_000;
/** How long after a task was missed it is looked for again. */
const CONFIRM_MS = 1_000;
/** A capacity provider itself gives a task up after 30 minutes, so what has not started by then never will. */
const START_DEADLINE_MS = 45 * 60_000;

export interface Observed {
  readonly ecs: Ecs;
  readonly poller: TaskPoller;
  readonly scrubber: Scrubber;
  readonly roles: ContainerRoles;
  /** The cluster of what was launched; undefined for the account's default cluster. */
  readonly clusterOf: (details: JsonObject) => string | undefined;
  readonly costOf: (task: Task, timeline: Timeline, details: JsonObject) => Cost | undefined;
  readonly stop: (infrastructure: Infrastructure, reason: string) => Promise<void>;
}

/** Looks at the tasks of one launcher, together with those of others, and says what it sees. */
export class TaskObserver {
  readonly #observed: Observed;

  constructor(observed: Observed) {
    this.#observed = observed;
  }

  async observe(infrastructure: Infrastructure): Promise<Observation> {
    const { id, details } = infrastructure;
    const first = await this.look(id, details);
    if (first.task !== undefined) return this.#seen(infrastructure, first.task);
    if (isSettling(details)) return { status: "starting" };
    // One miss may be a slip of ECS's.
    await sleep(CONFIRM_MS);
    const { task, reason } = await this.look(id, details);
    if (task !== undefined) return this.#seen(infrastructure, task);
    if (reason === undefined) throw emptyAnswer("DescribeTasks");
    return { status: "stopped", diagnosis: lostTask(id, reason) };
  }

  async #seen(infrastructure: Infrastructure, task: Task): Promise<Observation> {
    const timeline = timelineOf(task);
    if (task.lastStatus === "STOPPED") {
      const cost = this.#observed.costOf(task, timeline, infrastructure.details);
      const priced = cost === undefined ? {} : { cost };
      return { status: "stopped", diagnosis: this.#diagnose(task), timeline, ...priced };
    }
    if (hasStarted(task)) return { status: "running", timeline };
    const message = (await this.#giveUpStarting(infrastructure, task)) ?? waitsFor(task);
    const said = message === undefined ? {} : { message: this.#observed.scrubber.text(message) };
    return { status: "starting", timeline, ...said };
  }

  /** A cluster that is gone took its tasks along. */
  async look(id: string, details: JsonObject): Promise<TaskLook> {
    const { ecs, poller, clusterOf } = this.#observed;
    try {
      return await ecs.call("DescribeTasks", () => poller.look(clusterOf(details) ?? "", id));
    } catch (error) {
      if (exceptionOf(error) !== "ClusterNotFoundException") throw error;
      return { reason: "ClusterNotFoundException" };
    }
  }

  /** Stops what has not started in all that time; what ECS says then is seen when it has stopped. */
  async #giveUpStarting(infrastructure: Infrastructure, { createdAt }: Task) {
    if (createdAt === undefined || Date.now() - createdAt.getTime() < START_DEADLINE_MS) return;
    await this.#observed.stop(infrastructure, START_TIMEOUT_REASON);
    return "has not started in 45 minutes; asked ECS to stop it";
  }

  #diagnose(task: Task): Diagnosis {
    const { scrubber, roles } = this.#observed;
    const { cause, message, evidence } = diagnose(task, roles, scrubber.text);
    const scrubbed = Object.entries(evidence).map(([key, value]) => [key, scrubber.json(value)]);
    return { cause, message, evidence: Object.fromEntries(scrubbed) };
  }
}

/** By this machine's clock, which wrote down the launch; ECS's may differ. */
function isSettling({ launchedAt }: JsonObject): boolean {
  return Date.now() - Date.parse(String(launchedAt)) < SETTLING_MS;
}
