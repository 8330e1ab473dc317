import { setTimeout as sleep } from "node:timers/promises";
import type { Infrastructure, Observation } from "@slipway/core";
import type { Scrubber } from "../../scrub.ts";
import type { ClusterWatch } from "../cluster/cluster-watch.ts";
import type { KubernetesArguments } from "../kubernetes-arguments.ts";
import { readTail } from "../logs/log-tail.ts";
import { judge } from "../observe/judge.ts";
import { startsOf } from "../observe/starts.ts";
import type { JobSight } from "../sight.ts";
import type { Verdict } from "../verdict.ts";
import { startsBeforeIn, successorOf } from "./infrastructure.ts";
import { LaunchCalls } from "./launch-calls.ts";
import type { LaunchPlace } from "./launch-place.ts";
import { type RememberedEnd, RememberedEnds } from "./remembered-ends.ts";

/** A Job, its pod and their events come in three streams: what belongs together may come a little later. */
const SETTLING_MS = 250;
/** A pod on a node that is gone never goes by itself. */
const DELETION_MS = 5 * 60_000;
/** How many lines are kept of a container that is about to be deleted. */
const TAIL_LINES = 200;

type Stopped = Extract<Verdict, { readonly status: "stopped" }>;

export interface Observed {
  readonly place: LaunchPlace;
  readonly watch: ClusterWatch;
  readonly args: KubernetesArguments;
  readonly scrubber: Scrubber;
}

/** Looks at the Jobs of one launcher, judges them, and deletes what must not go on. */
export class JobObserver {
  readonly #ends = new RememberedEnds();
  /** When Slipway asked for a Job's deletion, by its uid. */
  readonly #stopped = new Map<string, number>();

  async observe(observed: Observed, infrastructure: Infrastructure): Promise<Observation> {
    const { watch, scrubber } = observed;
    const sight = await watch.look(infrastructure.id);
    const end = this.#ends.of(infrastructure);
    if (end !== undefined) return this.#finish(observed, infrastructure, end, sight);
    const verdict = this.#judge(observed.args, infrastructure, sight);
    if (verdict.status !== "stopped") return scrubbed(verdict, scrubber);
    await sleep(SETTLING_MS);
    return this.#ended(observed, infrastructure);
  }

  /** Deletes a Job, and its pods with it. */
  async stop({ place, watch }: Observed, { id }: Infrastructure): Promise<void> {
    const { job } = await watch.look(id);
    // A pod that its Job left behind cannot be had deleted, but it is not waited for either.
    if (job !== undefined) await new LaunchCalls(place).deleteJob(job);
    this.#stopped.set(id, this.#stopped.get(id) ?? Date.now());
  }

  /** The last lines of the attempt's own start of the flow's container. */
  async tail(
    { place, watch, scrubber }: Observed,
    infrastructure: Infrastructure,
    most: number,
  ): Promise<readonly string[]> {
    const end = this.#ends.of(infrastructure);
    if (end?.tail !== undefined) return end.tail.slice(-most).map(scrubber.text);
    const sight = await watch.look(infrastructure.id);
    const key = end?.startKey ?? ownStart(infrastructure, sight);
    return (await readTail(place, sight, key, most)).map(scrubber.text);
  }

  /** What the attempt's end is, now that all that belongs to it has come. */
  async #ended(observed: Observed, infrastructure: Infrastructure): Promise<Observation> {
    const { place, watch, scrubber } = observed;
    const sight = await watch.look(infrastructure.id);
    const verdict = this.#judge(observed.args, infrastructure, sight);
    if (verdict.status !== "stopped") return scrubbed(verdict, scrubber);
    const startKey = ownStart(infrastructure, sight, verdict.startsOver);
    const tail = verdict.mustDelete
      ? await readTail(place, sight, startKey, TAIL_LINES).catch(() => [])
      : undefined;
    const kept = tail === undefined ? {} : { tail };
    const end = { verdict, startKey, at: performance.now(), ...kept };
    this.#ends.keep(infrastructure, end);
    return this.#finish(observed, infrastructure, end, sight);
  }

  /** Has what is left deleted, and tells of the end when nothing is left. */
  async #finish(
    { place, scrubber }: Observed,
    infrastructure: Infrastructure,
    { verdict, at }: RememberedEnd,
    { job, pods }: JobSight,
  ): Promise<Observation> {
    const isLeft = verdict.mustDelete && (job !== undefined || pods.length > 0);
    const isLate = performance.now() - at >= DELETION_MS;
    if (isLeft && job !== undefined && job.deletionTimestamp === undefined) {
      await new LaunchCalls(place).deleteJob(job).catch((error: unknown) => {
        // What the cluster will not have deleted is collected later; the attempt is over all the same.
        if (!isLate) throw error;
      });
    }
    // The pods of a node that is gone stay until somebody else removes the node.
    const goes = job !== undefined || pods.some((pod) => pod.deletionTimestamp !== undefined);
    const canGo = verdict.diagnosis.cause !== "NodeLost" && goes;
    if (isLeft && canGo && !isLate) {
      const { timeline } = verdict;
      return { status: "running", message: "what is left of it is being deleted", timeline };
    }
    this.#stopped.delete(infrastructure.id);
    const remains = job !== undefined || pods.length > 0;
    return { ...stoppedAs(verdict, infrastructure, scrubber), remains };
  }

  #judge(args: KubernetesArguments, infrastructure: Infrastructure, sight: JobSight): Verdict {
    return judge(sight, {
      now: Date.now(),
      startsBefore: startsBeforeIn(infrastructure),
      startTimeoutMs: args.startTimeoutMs,
      capacityDeadlineMs: args.policy.capacityDeadlineMs,
      stopAskedAt: this.#stopped.get(infrastructure.id),
    });
  }
}

function scrubbed(verdict: Exclude<Verdict, Stopped>, { text }: Scrubber): Observation {
  const { message } = verdict;
  return message === undefined ? verdict : { ...verdict, message: text(message) };
}

function stoppedAs(
  { diagnosis, timeline, startsOver }: Stopped,
  infrastructure: Infrastructure,
  scrubber: Scrubber,
): Extract<Observation, { readonly status: "stopped" }> {
  const evidence = Object.entries(diagnosis.evidence).map(([key, value]) => [
    key,
    scrubber.json(value),
  ]);
  return {
    status: "stopped",
    diagnosis: {
      cause: diagnosis.cause,
      message: scrubber.text(diagnosis.message),
      evidence: Object.fromEntries(evidence),
    },
    timeline,
    ...(startsOver === undefined ? {} : { successor: successorOf(infrastructure, startsOver) }),
  };
}

/** Which start of the flow's container the attempt was: the newest that is no other attempt's. */
function ownStart(
  infrastructure: Infrastructure,
  sight: JobSight,
  startsOver: readonly string[] = startsOf(sight).map(({ key }) => key),
): string | undefined {
  const before = startsBeforeIn(infrastructure);
  return startsOver.filter((key) => !before.includes(key)).at(-1);
}
