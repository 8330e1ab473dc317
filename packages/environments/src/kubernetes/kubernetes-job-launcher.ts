import type {
  CallRate,
  ContainerLogSink,
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
import { untilAnswered } from "../fargate/until-answered.ts";
import { textOf } from "../plain-read.ts";
import type { Scrubber } from "../scrub.ts";
import { scrubbedApi } from "./api/http-kube-api.ts";
import { scrubbedError } from "./api/kube-errors.ts";
import { type SharedCluster, shareCluster } from "./cluster/shared-cluster.ts";
import { type KubernetesArguments, kubernetesArguments } from "./kubernetes-arguments.ts";
import { checkSetup, missingPullSecrets } from "./launch/check-setup.ts";
import { findJob } from "./launch/find-job.ts";
import { infrastructureOf, installationIn } from "./launch/infrastructure.ts";
import { JobObserver, type Observed } from "./launch/job-observer.ts";
import { identityOf, LaunchCalls } from "./launch/launch-calls.ts";
import { launchJob } from "./launch/launch-job.ts";
import { type LaunchPlace, scopeOf } from "./launch/launch-place.ts";
import { LaunchWarnings } from "./launch/launch-warnings.ts";
import { launchScrubber } from "./launch/scrub-launch.ts";
import { followLogs } from "./logs/follow-logs.ts";
import { objectOf } from "./read-job.ts";
import { renderLaunch } from "./render.ts";
import { retryAfter } from "./retry-policy/retry-after.ts";

/** An API server takes more, but each Job is three calls here and a dozen of the cluster's own. */
const RATE: CallRate = { operation: "CreateNamespacedJob", burst: 50, perSecond: 20 };

/** Launches Jobs for the runs of one image. */
export class KubernetesJobLauncher implements EnvironmentLauncher {
  readonly variants = 1;
  readonly stopGraceMs: number;
  readonly capacityDeadlineMs: number;
  readonly #args: KubernetesArguments;
  readonly #scrubber: Scrubber;
  readonly #cluster: SharedCluster;
  readonly #observer = new JobObserver();
  readonly #warnings = new LaunchWarnings();
  #contextNamespace: string | undefined;

  private constructor(args: JsonObject) {
    this.#args = kubernetesArguments(args);
    const { policy, kubeconfig, context } = this.#args;
    this.stopGraceMs = policy.stopGraceMs;
    this.capacityDeadlineMs = policy.capacityDeadlineMs;
    this.#scrubber = launchScrubber(args);
    this.#cluster = shareCluster({ kubeconfig, context });
  }

  /** With the namespace of the kubeconfig's context, where that decides and is known here. */
  static async open(args: JsonObject): Promise<KubernetesJobLauncher> {
    const launcher = new KubernetesJobLauncher(args);
    // To read a kubeconfig takes a while, and who only shows a Job need not have one.
    if (launcher.#args.namespace === undefined) await launcher.#place().catch(() => undefined);
    return launcher;
  }

  render(request: LaunchRequest): RenderedLaunch {
    return renderLaunch(this.#args, request, this.#contextNamespace);
  }

  async setup(request: LaunchRequest): Promise<void> {
    const place = await this.#place();
    await checkSetup(place, this.#rendered(place, request).job, this.#cluster.proofs);
  }

  async execute(request: LaunchRequest, ledger: LaunchLedger): Promise<Infrastructure> {
    const place = await this.#place();
    const intent = { variant: request.variant, scope: scopeOf(place), rate: RATE };
    return untilAnswered({
      ask: async () => {
        await ledger.beginLaunch(intent);
        return this.#launch(place, request);
      },
      find: () => this.find(request),
    });
  }

  async find(request: LaunchRequest): Promise<Infrastructure | undefined> {
    const place = await this.#place();
    const { secret } = this.#rendered(place, request);
    const wanted = { attemptId: request.attemptId, secret: identityOf(secret).name };
    const job = await findJob(new LaunchCalls(place), wanted);
    if (job === undefined) return undefined;
    const createdAt = textOf(objectOf(job["metadata"])["creationTimestamp"]);
    const launchedAt = createdAt === undefined ? new Date() : new Date(createdAt);
    return infrastructureOf(job, request.installationId, launchedAt);
  }

  async observe(infrastructure: Infrastructure): Promise<Observation> {
    const observation = await this.#scrubbed(infrastructure, (observed) =>
      this.#observer.observe(observed, infrastructure),
    );
    return this.#warnings.addedTo(observation, infrastructure.id);
  }

  onChange(infrastructure: Infrastructure, listener: () => void): () => void {
    let off: (() => void) | undefined;
    let isOver = false;
    this.#observed(infrastructure)
      .then(({ watch }) => {
        if (!isOver) off = watch.onChange(infrastructure.id, listener);
      })
      // Who looks is told what is wrong.
      .catch(() => undefined);
    return () => {
      isOver = true;
      off?.();
    };
  }

  async followLogs(
    infrastructure: Infrastructure,
    sink: ContainerLogSink,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#scrubbed(infrastructure, (observed) =>
      followLogs({ ...observed, infrastructure, sink, signal }),
    );
  }

  async stop(infrastructure: Infrastructure): Promise<void> {
    await this.#scrubbed(infrastructure, (observed) =>
      this.#observer.stop(observed, infrastructure),
    );
  }

  async logTail(
    infrastructure: Infrastructure,
    request: LaunchRequest,
    most: number,
  ): Promise<readonly string[]> {
    const token = request.bootstrapToken === "" ? {} : { token: request.bootstrapToken };
    const scrubber = this.#scrubber.and(token);
    return this.#scrubbed(infrastructure, (observed) =>
      this.#observer.tail({ ...observed, scrubber }, infrastructure, most),
    );
  }

  retryAfter(diagnosis: Diagnosis, request: LaunchRequest): RetryDecision | undefined {
    return retryAfter(this.#args, diagnosis, request);
  }

  close(): void {
    this.#cluster.release();
  }

  async #launch(place: LaunchPlace, request: LaunchRequest): Promise<Infrastructure> {
    const { job: wanted, secret } = this.#rendered(place, request);
    const { attemptId, installationId } = request;
    const { fieldValidation } = this.#args;
    const missing = missingPullSecrets(place, wanted);
    const { job, warnings } = await launchJob(new LaunchCalls(place), {
      attemptId,
      secret,
      job: wanted,
      fieldValidation,
    });
    const infrastructure = infrastructureOf(job, installationId);
    const said = [...warnings.map(this.#scrubber.text), ...(await missing)];
    this.#warnings.keep(infrastructure.id, said);
    const { watch } = await this.#observed(infrastructure);
    watch.note(job);
    return infrastructure;
  }

  #rendered({ namespace }: LaunchPlace, request: LaunchRequest) {
    const launch = renderLaunch(this.#args, request, namespace);
    return {
      secret: objectOf(launch["CreateNamespacedSecret"]),
      job: objectOf(launch["CreateNamespacedJob"]),
    };
  }

  async #place(): Promise<LaunchPlace> {
    const api = await this.#cluster.api();
    this.#contextNamespace = api.contextNamespace;
    const namespace = this.#args.namespace ?? api.contextNamespace ?? "default";
    return { api: scrubbedApi(api, this.#scrubber), namespace };
  }

  /** What a watch says is said to all who share it, in the cluster's own words. */
  async #scrubbed<T>(
    infrastructure: Infrastructure,
    work: (observed: Observed) => Promise<T>,
  ): Promise<T> {
    try {
      return await work(await this.#observed(infrastructure));
    } catch (error) {
      throw scrubbedError(error, this.#scrubber);
    }
  }

  async #observed(infrastructure: Infrastructure): Promise<Observed> {
    const place = await this.#place();
    const { namespace } = place;
    const installation = installationIn(infrastructure);
    const watch = await this.#cluster.watch({ namespace, installation });
    return { place, watch, args: this.#args, scrubber: this.#scrubber };
  }
}
