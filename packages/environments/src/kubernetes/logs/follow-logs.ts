import type { ContainerLogSink, Infrastructure } from "@slipway/core";
import type { Scrubber } from "../../scrub.ts";
import type { ClusterWatch } from "../cluster/cluster-watch.ts";
import { type Placed, placesOf } from "../diagnose/places.ts";
import { startsBeforeIn } from "../launch/infrastructure.ts";
import type { LaunchPlace } from "../launch/launch-place.ts";
import { startsOf } from "../observe/starts.ts";
import type { JobSight, SeenContainer, SeenPod } from "../sight.ts";
import { followContainer } from "./follow-container.ts";
import { isWanted, LineTaker } from "./line-taker.ts";
import { parseLine } from "./log-lines.ts";

/** Changes ring; this is for what the sink changes its mind about. */
const LOOK_MS = 1_000;

export interface FollowedJob {
  readonly place: LaunchPlace;
  readonly watch: ClusterWatch;
  readonly infrastructure: Infrastructure;
  readonly sink: ContainerLogSink;
  readonly signal: AbortSignal;
  readonly scrubber: Scrubber;
}

interface Follower {
  readonly taker: LineTaker;
  restarts: number;
  isDone: boolean;
  stop: AbortController;
}

/** Follows the containers of one attempt's pod until they have ended or the signal is aborted. Throws what the sink throws. */
export async function followLogs(job: FollowedJob): Promise<void> {
  await new JobFollower(job).run();
}

class JobFollower {
  readonly #job: FollowedJob;
  /** By the container's place. */
  readonly #followers = new Map<string, Follower>();
  readonly #following: Promise<void>[] = [];
  #podUid: string | undefined;
  #failed: unknown;

  constructor(job: FollowedJob) {
    this.#job = job;
  }

  async run(): Promise<void> {
    const { watch, infrastructure, signal } = this.#job;
    try {
      while (!signal.aborted && this.#failed === undefined) {
        const sight = await watch.look(infrastructure.id);
        const pod = this.#podIn(sight);
        if (pod !== undefined) this.#followAll(pod);
        if (this.#isOver(sight, pod)) break;
        await this.#change();
      }
    } finally {
      for (const { stop } of this.#followers.values()) stop.abort();
      // A line that is handed on later would be another one's who follows from here.
      await Promise.all(this.#following);
    }
    if (this.#failed !== undefined) throw this.#failed;
  }

  /** The attempt's; other attempts may have others of the same Job. */
  #podIn(sight: JobSight): SeenPod | undefined {
    const before = startsBeforeIn(this.#job.infrastructure);
    const own = startsOf(sight).filter(({ key }) => !before.includes(key));
    this.#podUid ??= own.find(({ isThere }) => isThere)?.pod.uid;
    return sight.pods.find(({ uid }) => uid === this.#podUid);
  }

  #followAll(pod: SeenPod): void {
    for (const placed of placesOf(pod)) {
      const { place, container } = placed;
      const follower = this.#followers.get(place);
      if (!isWanted(this.#job.sink, place)) follower?.stop.abort();
      else if (hasStarted(container) && mayBegin(follower, container)) this.#follow(pod, placed);
    }
  }

  #follow(pod: SeenPod, { place, container }: Placed): void {
    const { place: at, signal } = this.#job;
    const before = this.#followers.get(place);
    const stop = new AbortController();
    const follower: Follower = {
      taker: before?.taker ?? this.#takerOf(pod, place),
      restarts: container.restartCount,
      isDone: false,
      stop,
    };
    this.#followers.set(place, follower);
    const following = followContainer({
      place: at,
      pod: pod.name,
      name: container.name,
      taker: follower.taker,
      seen: () => this.#seen(place),
      signal: AbortSignal.any([signal, stop.signal]),
    });
    this.#following.push(
      following
        .catch((error: unknown) => {
          this.#failed ??= error;
        })
        .finally(() => {
          follower.isDone = true;
        }),
    );
  }

  #takerOf(pod: SeenPod, place: string): LineTaker {
    const { sink, scrubber } = this.#job;
    return new LineTaker({ sink, place, notBefore: this.#notBefore(pod), clean: scrubber.text });
  }

  #seen(place: string): SeenContainer | undefined {
    const { watch, infrastructure } = this.#job;
    const pod = watch.known(infrastructure.id).pods.find(({ uid }) => uid === this.#podUid);
    return pod && placesOf(pod).find((placed) => placed.place === place)?.container;
  }

  /** What containers wrote while an earlier attempt had the pod is that one's. */
  #notBefore(pod: SeenPod): string {
    const before = startsBeforeIn(this.#job.infrastructure);
    const finishedAt = pod.containers[0]?.lastState.terminated?.finishedAt;
    const isShared = before.some((key) => key.startsWith(`${pod.uid}/`));
    if (!isShared || finishedAt === undefined) return "";
    return parseLine(String(finishedAt))?.timestamp ?? "";
  }

  #isOver({ job, pods }: JobSight, pod: SeenPod | undefined): boolean {
    const followers = [...this.#followers.values()];
    if (!followers.every(({ isDone }) => isDone)) return false;
    if (pod === undefined)
      return this.#podUid !== undefined || (job === undefined && pods.length === 0);
    return pod.phase === "Succeeded" || pod.phase === "Failed";
  }

  /** Resolves when the Job changes, or after a while. */
  #change(): Promise<void> {
    const { watch, infrastructure, signal } = this.#job;
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer);
        off();
        signal.removeEventListener("abort", settle);
        resolve();
      };
      const timer = setTimeout(settle, LOOK_MS);
      const off = watch.onChange(infrastructure.id, settle);
      signal.addEventListener("abort", settle);
    });
  }
}

function hasStarted({ state, lastState }: SeenContainer): boolean {
  return (
    state.running !== undefined ||
    state.terminated !== undefined ||
    lastState.terminated !== undefined
  );
}

/** A container that was restarted is followed once more. */
function mayBegin(follower: Follower | undefined, { restartCount }: SeenContainer): boolean {
  return follower === undefined || (follower.isDone && restartCount > follower.restarts);
}
