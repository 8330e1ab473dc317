import { readFileSync } from "node:fs";
import { judge } from "../src/kubernetes/observe/judge.ts";
import type { JobSight, SeenEvent, SeenJob, SeenPod } from "../src/kubernetes/sight.ts";
import type { JudgeContext, Verdict } from "../src/kubernetes/verdict.ts";

const FIXTURES = new URL("../src/kubernetes/observe/fixtures/", import.meta.url);

/** What a watch told, and when. */
interface Change {
  readonly at: string;
  readonly job?: SeenJob;
  readonly jobGone?: boolean;
  readonly pod?: SeenPod;
  readonly podGone?: string;
  readonly event?: SeenEvent;
}

export interface Look {
  readonly now: number;
  readonly sight: JobSight;
}

/** What was seen of one Job after each change, as recorded from a real cluster where the first line does not say otherwise. */
export function looksAt(fixture: string): readonly Look[] {
  const [, ...lines] = readFileSync(new URL(`${fixture}.jsonl`, FIXTURES), "utf8")
    .trim()
    .split("\n");
  let job: SeenJob | undefined;
  const pods = new Map<string, SeenPod>();
  const gone: SeenPod[] = [];
  const events = new Map<string, SeenEvent>();
  return lines.map((line) => {
    const change: Change = JSON.parse(line);
    if (change.job !== undefined) job = change.job;
    if (change.jobGone) job = undefined;
    if (change.pod !== undefined) pods.set(change.pod.uid, change.pod);
    const vanished = pods.get(change.podGone ?? "");
    if (vanished !== undefined) gone.push(vanished);
    pods.delete(change.podGone ?? "");
    if (change.event !== undefined) events.set(change.event.uid, change.event);
    return {
      now: Date.parse(change.at),
      sight: { job, ...inOrder(pods, events), gone: [...gone] },
    };
  });
}

function inOrder(pods: ReadonlyMap<string, SeenPod>, events: ReadonlyMap<string, SeenEvent>) {
  return {
    pods: [...pods.values()].toSorted((a, b) =>
      a.creationTimestamp.localeCompare(b.creationTimestamp),
    ),
    events: [...events.values()].toSorted((a, b) => a.at.localeCompare(b.at)),
  };
}

export const CONTEXT = { startsBefore: [], startTimeoutMs: 600_000, capacityDeadlineMs: 1_800_000 };

/** What an attempt was found to be, look by look, until it stopped. */
export interface Story {
  /** What it was said to wait for, each once; of times only that they are there. */
  readonly messages: readonly string[];
  readonly verdict: Verdict;
  /** Since the Job was first seen. */
  readonly seconds: number;
}

/** An agent looks from time to time, too, and not only when something changes. */
function everySecond(looks: readonly Look[], later: number): readonly Look[] {
  return looks.flatMap((look, index) => {
    const next = looks[index + 1]?.now ?? look.now + later * 1_000;
    const seconds = Math.floor((next - look.now) / 1_000);
    return Array.from({ length: seconds + 1 }, (_, second) => ({
      sight: look.sight,
      now: look.now + second * 1_000,
    }));
  });
}

type Options = Partial<Omit<JudgeContext, "now">> & { readonly later?: number };

/**
 * The attempts of a Job as an agent follows them: one that Kubernetes starts again is followed by another. It looks
 * for `later` seconds after the last change.
 */
export function storiesOf(fixture: string, options: Options = {}): readonly Story[] {
  const { later = 0, ...given } = options;
  const looks = everySecond(looksAt(fixture), later);
  const stories: Story[] = [];
  let context: Omit<JudgeContext, "now"> = { ...CONTEXT, ...given };
  let left = looks;
  while (left.length > 0) {
    const [story, rest] = nextStory(left, context, looks[0]?.now ?? 0);
    stories.push(story);
    const { verdict } = story;
    if (verdict.status !== "stopped" || verdict.startsOver === undefined) break;
    context = { ...context, startsBefore: verdict.startsOver };
    left = rest;
  }
  return stories;
}

function nextStory(
  looks: readonly Look[],
  context: Omit<JudgeContext, "now">,
  since: number,
): readonly [Story, readonly Look[]] {
  const messages = new Set<string>();
  for (const [index, { now, sight }] of looks.entries()) {
    const verdict = judge(sight, { ...context, now });
    if (verdict.status === "stopped" || index === looks.length - 1) {
      const seconds = Math.round((now - since) / 1_000);
      return [{ messages: [...messages], verdict, seconds }, looks.slice(index)];
    }
    if (verdict.message !== undefined) messages.add(verdict.message.replaceAll(/\d+ s\b/g, "… s"));
  }
  throw new Error("a fixture without a look");
}
