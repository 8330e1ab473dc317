import { createHash } from "node:crypto";
import type { DescribeTasksCommandOutput, Task } from "@aws-sdk/client-ecs";
import {
  canonicalJson,
  type EnvironmentLauncher,
  type Infrastructure,
  isSlipwayError,
  type JsonObject,
  type LaunchRequest,
  type Observation,
  type RenderedLaunch,
  SlipwayError,
} from "@slipway/core";
import { textOf } from "../plain-read.ts";
import { createScrubber, type Scrubber } from "../scrub.ts";
import { clientConfig, type EcsClientDefaults } from "./client-config.ts";
import { ensureDefinition } from "./definition-registry.ts";
import { diagnose, lostTask } from "./diagnose.ts";
import { Ecs, type RunTaskAnswer } from "./ecs.ts";
import { familyIn, familyOf, pinnedDefinition } from "./family.ts";
import { renderFargateTask } from "./render.ts";
import { IDENTIFIER_TAG } from "./run-task.ts";
import { definitionHash } from "./task-definition.ts";

const KIND = "EcsTask";
/** DescribeTasks may not know a task yet that RunTask has just made. */
const SETTLING_MS = 60_000;
/** The most tasks that one DescribeTasks takes. */
const PAGE = 100;

/** Launches ECS tasks for the runs of one image. */
export class FargateLauncher implements EnvironmentLauncher {
  readonly #args: JsonObject;
  readonly #ecs: Ecs;
  readonly #scrubber: Scrubber;
  readonly #where: string;
  /** Revisions that `setup` has made sure of, by the hash of their content. */
  readonly #revisions = new Map<string, number>();

  constructor(args: JsonObject, defaults: EcsClientDefaults) {
    this.#args = args;
    const config = clientConfig(args, defaults);
    const { credentials } = defaults;
    this.#scrubber = createScrubber(
      { ...args, ...(credentials === undefined ? {} : { agent: { ...credentials } }) },
      ["endpoint"],
    );
    this.#ecs = new Ecs(config, this.#scrubber);
    this.#where = createHash("sha256").update(canonicalJson(config)).digest("hex");
  }

  render(request: LaunchRequest, launched?: Infrastructure): RenderedLaunch {
    return renderFargateTask(this.#args, request, launched);
  }

  async setup(request: LaunchRequest): Promise<void> {
    const definition = this.render(request)["RegisterTaskDefinition"];
    if (definition === undefined) return;
    const revision = await ensureDefinition(this.#ecs, definition, this.#where);
    this.#revisions.set(definitionHash(definition), revision);
  }

  async execute(request: LaunchRequest): Promise<Infrastructure> {
    const revision = await this.#revision(request);
    const details: JsonObject = {
      ...(revision === undefined ? {} : { revision }),
      launchedAt: new Date().toISOString(),
    };
    const input = this.render(request, { kind: KIND, id: "", details })["RunTask"] ?? {};
    const answer = await this.#ecs.runTask(input, request.bootstrapToken);
    const [before] = answer.launchedBefore ?? [];
    if (before !== undefined) return this.#launchedBefore(before);
    const id = taskId(answer, this.#scrubber);
    return { kind: KIND, id, details };
  }

  async find(request: LaunchRequest): Promise<Infrastructure | undefined> {
    for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
      const task = await this.#findTagged(request, desiredStatus);
      if (task !== undefined) return infrastructureOf(task);
    }
    return undefined;
  }

  async observe({ id, details }: Infrastructure): Promise<Observation> {
    const { tasks = [], failures = [] } = await this.#describe(id);
    const [task] = tasks;
    if (task === undefined) return this.#unknownTask(id, details, failures[0]?.reason);
    if (task.lastStatus === "STOPPED")
      return { status: "stopped", diagnosis: this.#diagnose(task) };
    const started = ["RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING"];
    return { status: started.includes(task.lastStatus ?? "") ? "running" : "starting" };
  }

  close(): void {
    this.#ecs.close();
  }

  async #revision(request: LaunchRequest): Promise<number | undefined> {
    const definition = this.render(request)["RegisterTaskDefinition"];
    if (definition === undefined) return undefined;
    const known = this.#revisions.get(definitionHash(definition));
    if (known !== undefined) return known;
    await this.setup(request);
    return this.#revisions.get(definitionHash(definition));
  }

  /**
   * The attempt was launched already, under another revision: an agent stopped before it recorded that, or two were
   * at it. What runs is the attempt's task, so it is taken over.
   */
  async #launchedBefore(taskArn: string): Promise<Infrastructure> {
    // It runs whether or not it can be looked at now.
    const { tasks = [] } = await this.#describe(idIn(taskArn)).catch(() => ({ tasks: [] }));
    return infrastructureOf(tasks[0] ?? { taskArn, createdAt: new Date() });
  }

  /** A cluster that is gone took its tasks along. */
  async #describe(id: string): Promise<Pick<DescribeTasksCommandOutput, "tasks" | "failures">> {
    try {
      return await this.#ecs.describeTasks({ ...this.#cluster(), tasks: [id] });
    } catch (error) {
      const exception = isSlipwayError(error, "CLOUD_REFUSED") && error.details["exception"];
      if (exception !== "ClusterNotFoundException") throw error;
      return { failures: [{ reason: exception }] };
    }
  }

  async #findTagged(request: LaunchRequest, desiredStatus: "RUNNING" | "STOPPED") {
    const family = familyIn(pinnedDefinition(this.#args) ?? familyOf(this.#args, request.flowName));
    let nextToken: string | undefined;
    do {
      const page = await this.#ecs.listTasks({
        ...this.#cluster(),
        family,
        desiredStatus,
        maxResults: PAGE,
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      const found = await this.#taggedAmong(page.taskArns ?? [], request.attemptId);
      if (found !== undefined) return found;
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return undefined;
  }

  async #taggedAmong(taskArns: string[], attemptId: string): Promise<Task | undefined> {
    if (taskArns.length === 0) return undefined;
    const { tasks = [] } = await this.#ecs.describeTasks({
      ...this.#cluster(),
      tasks: taskArns,
      include: ["TAGS"],
    });
    return tasks.find(({ tags = [] }) =>
      tags.some(({ key, value }) => key === IDENTIFIER_TAG && value === attemptId),
    );
  }

  #cluster(): { cluster?: string } {
    const cluster = textOf(this.#args["cluster"]);
    return cluster === undefined ? {} : { cluster };
  }

  #unknownTask(id: string, details: JsonObject, reason = "MISSING"): Observation {
    const launchedAt = Date.parse(String(details["launchedAt"]));
    if (Date.now() - launchedAt < SETTLING_MS) return { status: "starting" };
    return { status: "stopped", diagnosis: lostTask(id, reason) };
  }

  #diagnose(task: Task) {
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

/** The id of the one task that was asked for. Throws `LAUNCH_FAILED` with AWS's reason where there is none. */
function taskId({ tasks = [], failures = [] }: RunTaskAnswer, scrubber: Scrubber): string {
  const arn = tasks[0]?.taskArn;
  if (arn !== undefined) return idIn(arn);
  const reasons = failures.map(({ reason = "no reason", detail }) =>
    scrubber.text(detail === undefined ? reason : `${reason} (${detail})`),
  );
  const words = reasons.join(", ") || "it gave no reason";
  throw new SlipwayError(
    "LAUNCH_FAILED",
    `AWS ECS started no task: ${words}; give the cluster room or the task less, and create a new flow run`,
    { operation: "RunTask", reasons },
  );
}

function infrastructureOf({
  taskArn = "",
  taskDefinitionArn = "",
  createdAt,
}: Task): Infrastructure {
  const revision = /:(\d+)$/.exec(taskDefinitionArn)?.[1];
  return {
    kind: KIND,
    id: idIn(taskArn),
    details: {
      ...(revision === undefined ? {} : { revision: Number(revision) }),
      ...(createdAt === undefined ? {} : { launchedAt: createdAt.toISOString() }),
    },
  };
}

/** The ARN names the region, the account and the cluster, which are the author's; the id alone finds the task. */
function idIn(taskArn: string): string {
  return taskArn.slice(taskArn.lastIndexOf("/") + 1);
}
