import type { Task } from "@aws-sdk/client-ecs";
import {
  type CallRate,
  type Diagnosis,
  type EnvironmentLauncher,
  type Infrastructure,
  isSlipwayError,
  type JsonObject,
  type LaunchLedger,
  type LaunchRequest,
  type Observation,
  type RenderedLaunch,
  type RetryDecision,
} from "@slipway/core";
import { textOf } from "../plain-read.ts";
import { createScrubber, type Scrubber } from "../scrub.ts";
import { clientConfig, type EcsClientDefaults } from "./client-config.ts";
import { causeOf, exceptionOf } from "./cloud-error.ts";
import { DefinitionRegistry } from "./definition-registry.ts";
import { diagnose, lostTask } from "./diagnose.ts";
import { Ecs } from "./ecs.ts";
import { familyIn } from "./family.ts";
import { findTask } from "./find-task.ts";
import { infrastructureOf, toBeLaunched, variantOf } from "./infrastructure.ts";
import { hasStarted, timelineOf, waitsFor } from "./observation.ts";
import { renderFargateTask } from "./render.ts";
import { taskIn } from "./run-answer.ts";
import { type SharedCloud, shareCloud } from "./shared-cloud.ts";
import { idIn, type TaskLook } from "./task-poller.ts";
import { untilAnswered } from "./until-answered.ts";

/** AWS launches 100 Fargate tasks at once and 20 a second ("AWS Fargate throttling quotas"). */
const RATE: CallRate = { operation: "RunTask", burst: 100, perSecond: 20 };
/** DescribeTasks may not know a task yet that RunTask has just made. */
const SETTLING_MS = 60_000;
/** A capacity provider itself gives a task up after 30 minutes, so what has not started by then never will. */
const START_DEADLINE_MS = 45 * 60_000;
/** "Up to 255 characters are allowed" (AWS, StopTask). */
const LONGEST_REASON = 255;

/** Launches ECS tasks for the runs of one image. */
export class FargateLauncher implements EnvironmentLauncher {
  readonly variants = 1;
  readonly stopGraceMs = 10_000;
  readonly capacityDeadlineMs = 30 * 60_000;
  readonly #args: JsonObject;
  readonly #scrubber: Scrubber;
  readonly #cloud: SharedCloud;
  readonly #ecs: Ecs;
  readonly #definitions: DefinitionRegistry;

  constructor(args: JsonObject, defaults: EcsClientDefaults) {
    this.#args = args;
    const { credentials } = defaults;
    this.#scrubber = createScrubber(
      { ...args, ...(credentials === undefined ? {} : { agent: { ...credentials } }) },
      ["endpoint"],
    );
    this.#cloud = shareCloud(clientConfig(args, defaults));
    this.#ecs = new Ecs(this.#cloud.clients, this.#scrubber);
    this.#definitions = new DefinitionRegistry(this.#ecs);
  }

  render(request: LaunchRequest, launched?: Infrastructure): RenderedLaunch {
    return renderFargateTask(this.#args, request, launched);
  }

  async setup(request: LaunchRequest, ledger: LaunchLedger): Promise<void> {
    await this.#revision(request, ledger);
  }

  async execute(request: LaunchRequest, ledger: LaunchLedger): Promise<Infrastructure> {
    const revision = await this.#revision(request, ledger);
    try {
      return await this.#launch(request, revision, ledger);
    } catch (error) {
      if (revision === undefined || causeOf(error) !== "DefinitionInactive") throw error;
      await this.#forget(request, revision, ledger);
      return this.#launch(request, await this.#revision(request, ledger), ledger);
    }
  }

  async find(request: LaunchRequest): Promise<Infrastructure | undefined> {
    const input = this.render(request)["RunTask"] ?? {};
    const task = await findTask(this.#ecs, {
      cluster: textOf(input["cluster"]),
      family: familyIn(textOf(input["taskDefinition"]) ?? ""),
      startedBy: textOf(input["startedBy"]),
      attemptId: request.attemptId,
    });
    return task === undefined ? undefined : infrastructureOf(task, request.variant);
  }

  async observe(infrastructure: Infrastructure): Promise<Observation> {
    const { id, details } = infrastructure;
    const { task, reason } = await this.#look(id, details);
    if (task === undefined) return unknownTask(id, details, reason);
    const timeline = timelineOf(task);
    if (task.lastStatus === "STOPPED") {
      return { status: "stopped", diagnosis: this.#diagnose(task), timeline };
    }
    if (hasStarted(task)) return { status: "running", timeline };
    const message = (await this.#giveUpStarting(infrastructure, task)) ?? waitsFor(task);
    const words = message === undefined ? {} : { message: this.#scrubber.text(message) };
    return { status: "starting", timeline, ...words };
  }

  async stop({ id, details }: Infrastructure, reason: string): Promise<void> {
    try {
      const said = reason.slice(0, LONGEST_REASON);
      await this.#ecs.stopTask({ ...this.#cluster(details), task: id, reason: said });
    } catch (error) {
      if (!isUnknownTask(error)) throw error;
    }
  }

  async logTail(): Promise<readonly string[]> {
    return [];
  }

  retryAfter(): RetryDecision | undefined {
    return undefined;
  }

  close(): void {
    this.#cloud.release();
  }

  /** The revision to launch; undefined where the author names a definition that is there. */
  async #revision(request: LaunchRequest, ledger: LaunchLedger): Promise<number | undefined> {
    const definition = this.render(request)["RegisterTaskDefinition"];
    return definition === undefined ? undefined : this.#definitions.revisionOf(definition, ledger);
  }

  async #forget(request: LaunchRequest, revision: number, ledger: LaunchLedger): Promise<void> {
    const definition = this.render(request)["RegisterTaskDefinition"] ?? {};
    await this.#definitions.forget(definition, revision, ledger);
  }

  async #launch(
    request: LaunchRequest,
    revision: number | undefined,
    ledger: LaunchLedger,
  ): Promise<Infrastructure> {
    const input = this.render(request, toBeLaunched(revision))["RunTask"] ?? {};
    const scope = await this.#ecs.scope();
    const intent = { variant: request.variant, scope, rate: RATE };
    return untilAnswered({
      ask: async () => {
        await ledger.beginLaunch(intent);
        return this.#run(input, request);
      },
      find: () => this.find(request),
    });
  }

  async #run(input: JsonObject, request: LaunchRequest): Promise<Infrastructure> {
    const answer = await this.#ecs.runTask(input, request.bootstrapToken);
    const [before] = answer.launchedBefore ?? [];
    const task =
      before === undefined
        ? taskIn(answer, this.#scrubber)
        : await this.#launchedBefore(before, request.variant);
    return infrastructureOf(task, request.variant);
  }

  /**
   * The attempt was launched already, under another revision: an agent stopped before it recorded that, or two were
   * at it. What runs is the attempt's task, so it is taken over, whether or not it can be looked at now.
   */
  async #launchedBefore(taskArn: string, variant: number): Promise<Task> {
    const { task } = await this.#look(idIn(taskArn), { variant }).catch((): TaskLook => ({}));
    return task ?? { taskArn };
  }

  /** A cluster that is gone took its tasks along. */
  async #look(id: string, details: JsonObject): Promise<TaskLook> {
    const { cluster = "" } = this.#cluster(details);
    try {
      return await this.#ecs.call("DescribeTasks", () => this.#cloud.poller.look(cluster, id));
    } catch (error) {
      if (exceptionOf(error) !== "ClusterNotFoundException") throw error;
      return { reason: "ClusterNotFoundException" };
    }
  }

  /** Stops what has not started in all that time; what it says then is seen when it has stopped. */
  async #giveUpStarting(infrastructure: Infrastructure, { createdAt }: Task) {
    if (createdAt === undefined || Date.now() - createdAt.getTime() < START_DEADLINE_MS) return;
    await this.stop(infrastructure, START_TIMEOUT);
    return "has not started in 45 minutes; asked ECS to stop it";
  }

  #cluster(details: JsonObject): { cluster?: string } {
    variantOf(details);
    const cluster = textOf(this.#args["cluster"]);
    return cluster === undefined ? {} : { cluster };
  }

  #diagnose(task: Task): Diagnosis {
    const { cause, message, evidence } = diagnose(task);
    const scrubbed = Object.entries(evidence).map(([key, value]) => [
      key,
      this.#scrubber.json(value),
    ]);
    return {
      cause,
      message: this.#scrubber.text(message),
      evidence: Object.fromEntries(scrubbed),
    };
  }
}

const START_TIMEOUT = "Slipway: the task has not started in 45 minutes";

function unknownTask(id: string, details: JsonObject, reason = "MISSING"): Observation {
  const launchedAt = Date.parse(String(details["launchedAt"]));
  if (Date.now() - launchedAt < SETTLING_MS) return { status: "starting" };
  return { status: "stopped", diagnosis: lostTask(id, reason) };
}

/** What cannot be found needs no stopping. */
function isUnknownTask(error: unknown): boolean {
  if (exceptionOf(error) === "ClusterNotFoundException") return true;
  return (
    exceptionOf(error) === "InvalidParameterException" &&
    isSlipwayError(error) &&
    /task was not found|referenced task/i.test(String(error.details["message"]))
  );
}
