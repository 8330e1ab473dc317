import type { Task } from "@aws-sdk/client-ecs";
import type {
  CallRate,
  Diagnosis,
  EnvironmentLauncher,
  Infrastructure,
  JsonObject,
  LaunchLedger,
  LaunchRequest,
  Observation,
  RenderedLaunch,
  RetryDecision,
} from "@slipway/core";
import { objectsOf, textOf } from "../plain-read.ts";
import { createScrubber, type Scrubber } from "../scrub.ts";
import { clientConfig, type EcsClientDefaults, type LauncherDefaults } from "./client-config.ts";
import { causeOf } from "./cloud-error.ts";
import { ContainerLogs } from "./container-logs.ts";
import { costOfLaunched } from "./cost/cost-of-launched.ts";
import { DefinitionRegistry } from "./definition-registry.ts";
import { Ecs } from "./ecs.ts";
import { familyIn } from "./family.ts";
import { type FargateArguments, fargateArguments } from "./fargate-arguments.ts";
import { findTask } from "./find-task.ts";
import { flowContainerName } from "./flow-container.ts";
import { infrastructureOf, type LaunchedAs, toBeLaunched, wayIn } from "./infrastructure.ts";
import { renderLaunch } from "./render.ts";
import { retryAfter } from "./retry-policy/retry-after.ts";
import { wayOf } from "./retry-policy/variants.ts";
import { taskIn } from "./run-answer.ts";
import { runOf } from "./run-task.ts";
import { type SharedCloud, shareCloud } from "./shared-cloud.ts";
import type { ContainerRoles } from "./stopped-task.ts";
import { TaskObserver } from "./task-observer.ts";
import { idIn, type TaskLook } from "./task-poller.ts";
import { isUnknownTask } from "./unknown-task.ts";
import { untilAnswered } from "./until-answered.ts";

/** AWS launches 100 Fargate tasks at once and 20 a second ("AWS Fargate throttling quotas"). */
const RATE: CallRate = { operation: "RunTask", burst: 100, perSecond: 20 };
/** "Up to 255 characters are allowed" (AWS, StopTask). */
const LONGEST_REASON = 255;

/** Launches ECS tasks for the runs of one image. */
export class FargateLauncher implements EnvironmentLauncher {
  readonly variants: number;
  readonly stopGraceMs: number;
  readonly capacityDeadlineMs: number;
  readonly #args: FargateArguments;
  readonly #scrubber: Scrubber;
  readonly #cloud: SharedCloud;
  readonly #ecs: Ecs;
  readonly #definitions: DefinitionRegistry;
  readonly #observer: TaskObserver;
  readonly #logs: ContainerLogs;

  constructor(args: JsonObject, defaults: LauncherDefaults) {
    this.#args = fargateArguments(args);
    const { policy } = this.#args;
    this.variants = 1 + policy.variants.length;
    this.stopGraceMs = policy.stopGraceMs;
    this.capacityDeadlineMs = policy.capacityDeadlineMs;
    this.#scrubber = scrubberOf(args, defaults);
    this.#cloud = shareCloud(clientConfig(args, defaults));
    const { clients, poller } = this.#cloud;
    this.#ecs = new Ecs(clients, this.#scrubber);
    this.#definitions = new DefinitionRegistry(this.#ecs);
    this.#observer = new TaskObserver({
      ecs: this.#ecs,
      poller,
      scrubber: this.#scrubber,
      roles: rolesIn(this.#args),
      costOf: (task, timeline, details) =>
        costOfLaunched(task, {
          args: this.#args,
          variant: wayIn(details),
          timeline,
          prices: defaults.prices,
        }),
      clusterOf: (details) => this.#clusterOf(details),
      stop: (infrastructure, reason) => this.stop(infrastructure, reason),
    });
    this.#logs = new ContainerLogs({ clients, ecs: this.#ecs, scrubber: this.#scrubber });
  }

  render(request: LaunchRequest, launched?: Infrastructure): RenderedLaunch {
    return renderLaunch(this.#args, request, launched);
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
      await this.#definitions.forget(this.#definition(request) ?? {}, revision, ledger);
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
    return task && infrastructureOf(task, this.#launchedAs(request), task.createdAt);
  }

  observe(infrastructure: Infrastructure): Promise<Observation> {
    return this.#observer.observe(infrastructure);
  }

  /** ECS tells of nothing by itself: it is asked. */
  onChange(): () => void {
    return () => {};
  }

  /** Containers' lines go to CloudWatch, where the author's log driver says so. */
  async followLogs(): Promise<void> {}

  async stop({ id, details }: Infrastructure, reason: string): Promise<void> {
    const cluster = this.#clusterOf(details);
    const at = cluster === undefined ? {} : { cluster };
    try {
      await this.#ecs.stopTask({ ...at, task: id, reason: reason.slice(0, LONGEST_REASON) });
    } catch (error) {
      // What cannot be found needs no stopping.
      if (!isUnknownTask(error)) throw error;
    }
  }

  logTail(
    infrastructure: Infrastructure,
    request: LaunchRequest,
    most: number,
  ): Promise<readonly string[]> {
    const { RegisterTaskDefinition, RunTask = {} } = this.render(request, infrastructure);
    return this.#logs.tail({
      taskId: infrastructure.id,
      container: flowContainerName(this.#args),
      registered: RegisterTaskDefinition,
      taskDefinition: textOf(RunTask["taskDefinition"]) ?? "",
      token: request.bootstrapToken,
      most,
    });
  }

  retryAfter(diagnosis: Diagnosis, request: LaunchRequest): RetryDecision | undefined {
    return retryAfter(this.#args, diagnosis, request);
  }

  close(): void {
    this.#cloud.release();
  }

  #definition(request: LaunchRequest): JsonObject | undefined {
    return this.render(request)["RegisterTaskDefinition"];
  }

  /** The revision to launch; undefined where the author names a definition that is there. */
  async #revision(request: LaunchRequest, ledger: LaunchLedger): Promise<number | undefined> {
    const definition = this.#definition(request);
    return definition === undefined ? undefined : this.#definitions.revisionOf(definition, ledger);
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
        : await this.#launchedBefore(before, request);
    return infrastructureOf(task, this.#launchedAs(request));
  }

  /**
   * The attempt was launched already, under another revision: an agent stopped before it recorded that, or two were
   * at it. What runs is the attempt's task, so it is taken over, whether or not it can be looked at now.
   */
  async #launchedBefore(taskArn: string, request: LaunchRequest): Promise<Task> {
    const look = this.#observer.look(idIn(taskArn), { ...this.#launchedAs(request) });
    const { task } = await look.catch((): TaskLook => ({}));
    return task ?? { taskArn };
  }

  #launchedAs(request: LaunchRequest): LaunchedAs {
    const { variant } = request;
    return { variant, way: wayOf(this.#args.policy.variants, request) };
  }

  #clusterOf(details: JsonObject): string | undefined {
    return textOf(runOf(this.#args, { variant: wayIn(details), earlier: [] })["cluster"]);
  }
}

function scrubberOf(args: JsonObject, { credentials }: EcsClientDefaults): Scrubber {
  const agent = credentials === undefined ? {} : { agent: { ...credentials } };
  return createScrubber({ ...args, ...agent }, ["endpoint"]);
}

function rolesIn(args: FargateArguments): ContainerRoles {
  const containers = objectsOf(args.definition["containerDefinitions"]);
  const unessential = containers.flatMap(({ name, essential }) =>
    essential === false && typeof name === "string" ? [name] : [],
  );
  return { flowContainer: flowContainerName(args), unessential };
}
