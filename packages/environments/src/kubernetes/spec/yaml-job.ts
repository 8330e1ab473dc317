import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Tags,
  visit,
  type YAMLMap,
} from "yaml";
import { kubernetesInvalid } from "../kubernetes-invalid.ts";
import type { Path } from "./finding.ts";

/** The one document of a file, and where its parts stand in it. */
export interface YamlJob {
  /** May hold itself where anchors do. */
  readonly value: unknown;
  /** `file:line:column` of what stands at the path, or of the nearest thing around it. */
  place(path: Path): string;
}

/** The most that aliases may repeat. Nobody writes so many by hand, and nested ones multiply without end. */
const MOST_REPEATS = 1000;

/**
 * Reads YAML, and so JSON, as kubectl does: YAML 1.1, so that `0644` is octal, without its dates and base-60 numbers.
 * Keys are texts, whatever they look like. Throws `ENVIRONMENT_INVALID` with line and column.
 */
export function readYaml(text: string, file: string): YamlJob {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const document = onlyDocument(text, file, lines, at);
  checkAliases(document, at);
  return {
    value: plain(document, file),
    place: (path) => at(nodeAt(document, path)?.range?.[0] ?? 0),
  };
}

type At = (offset: number) => string;

function onlyDocument(text: string, file: string, lines: LineCounter, at: At): Document {
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    schema: "yaml-1.1",
    customTags: kubectlTags,
    merge: true,
    stringKeys: true,
  });
  const all: readonly Document[] = Array.isArray(documents) ? documents : [];
  const [broken] = all.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  if (broken !== undefined) {
    const [words = ""] = broken.message.split("\n");
    throw refuse(at(broken.pos[0]), `is no valid YAML: ${words.replace(/ at line \d.*/, "")}`);
  }
  const [first, second] = all.filter(({ contents }) => !isEmpty(contents));
  if (first === undefined) {
    throw refuse(file, "is empty; it must hold one Job (apiVersion: batch/v1, kind: Job)");
  }
  if (second !== undefined) {
    const [start = 0] = second.contents?.range ?? [];
    throw refuse(at(start), "holds a second document; give each Job a file of its own");
  }
  return first;
}

function isEmpty(contents: Document["contents"]): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

const NOT_KUBECTLS = /:(timestamp|binary|omap|pairs|set)$/;

function kubectlTags(tags: Tags): Tags {
  return tags.filter(
    (tag) =>
      typeof tag === "string" ||
      !(NOT_KUBECTLS.test(tag.tag) || ("format" in tag && tag.format === "TIME")),
  );
}

function checkAliases(document: Document, at: At): void {
  visit(document, {
    Alias(_, alias, above) {
      const target = alias.resolve(document);
      const place = at(alias.range?.[0] ?? 0);
      if (target === undefined) {
        throw refuse(place, `has the alias *${alias.source}, and no anchor of that name above it`);
      }
      if (above.some((node) => node === target)) {
        throw refuse(place, `has the alias *${alias.source} within its own anchor, without an end`);
      }
    },
  });
}

function plain(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_REPEATS });
  } catch (error) {
    throw kubernetesInvalid(
      {
        path: file,
        problem: `repeats too much by aliases (over ${MOST_REPEATS} times); write it out, or give a smaller Job`,
      },
      error,
    );
  }
}

function nodeAt(document: Document, path: Path): Node | undefined {
  const resolve = (node: unknown): Node | undefined => {
    if (isAlias(node)) return node.resolve(document);
    return isNode(node) ? node : undefined;
  };
  let found = resolve(document.contents);
  for (const step of path) {
    const next = resolve(childOf(found, step, resolve));
    if (next === undefined) return found;
    found = next;
  }
  return found;
}

function childOf(
  node: unknown,
  step: string | number,
  resolve: (node: unknown) => unknown,
): unknown {
  if (isSeq(node)) return node.items[Number(step)];
  if (!isMap(node)) return undefined;
  return node.get(step, true) ?? mergedInto(node, resolve).map((map) => map.get(step, true))[0];
}

/** What `<<` brings in. */
function mergedInto(node: YAMLMap, resolve: (node: unknown) => unknown): readonly YAMLMap[] {
  const merged = resolve(node.get("<<", true));
  const maps = isSeq(merged) ? merged.items.map(resolve) : [merged];
  return maps.filter((map) => isMap(map));
}

function refuse(path: string, problem: string) {
  return kubernetesInvalid({ path, problem });
}
