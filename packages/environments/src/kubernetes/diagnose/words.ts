import type { JobSight, SeenPod } from "../sight.ts";
import { placesOf } from "./places.ts";

/** The longest of the platform's words that are kept. */
const LONGEST = 600;

/**
 * The platform's words without what is called after the author's arguments: the Job, its pods, their containers and
 * nodes. Containers are named by their place.
 */
export function withoutNames({ job, pods, gone = [] }: JobSight): (words: string) => string {
  const all = [...gone, ...pods];
  const replacements = [
    [/(?<=\bservice account )[a-z0-9-]+\//g, ""] as const,
    ...all.map(({ name }) => [podPattern(quoted(name)), "‹pod›"] as const),
    // The API server names pods that it refused, too.
    ...(job === undefined
      ? []
      : ([
          [podPattern(`${quoted(job.name)}-(?:[a-z0-9]{5})?`), "‹pod›"],
          [bounded(quoted(job.name)), "‹Job›"],
        ] as const)),
    ...all.flatMap(({ nodeName }) =>
      nodeName === undefined ? [] : [[bounded(quoted(nodeName)), "‹node›"] as const],
    ),
    ...all.flatMap(containerPatterns),
  ];
  return (words) =>
    cut(replacements.reduce((left, [pattern, by]) => left.replace(pattern, by), oneLine(words)));
}

/** The kubelet adds namespace and uid, others put the namespace before it. */
function podPattern(name: string): RegExp {
  return new RegExp(
    `(?<![\\w.-])(?:[a-z0-9-]+/)?${name}(?:_[a-z0-9-]+\\([^)]*\\))?(?![\\w-])`,
    "g",
  );
}

function bounded(name: string): RegExp {
  return new RegExp(`(?<![\\w./-])${name}(?![\\w-]|[:/.]\\w)`, "g");
}

/** A container may be called `error`: its name is replaced only where the words say that it is a container's. */
function containerPatterns(pod: SeenPod): readonly (readonly [RegExp, string])[] {
  return placesOf(pod).map(({ place, container }) => [
    new RegExp(
      `(?<=[Cc]ontainers?[ :={]+"?|containers with \\w+ status: \\[(?:[^\\]]* )?)${quoted(container.name)}(?![\\w-])`,
      "g",
    ),
    place,
  ]);
}

function quoted(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function oneLine(words: string): string {
  return words.replaceAll(/\s+/g, " ").trim();
}

function cut(words: string): string {
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}
