import { SlipwayError } from "../errors.ts";
import type { FlowStructure } from "../structure.ts";
import { FLOW_STRUCTURE_SCHEMA } from "./flow-structure-schema.ts";
import { findShapeIssue, type ShapeIssue } from "./shape-schema.ts";

/**
 * Checks a structure that comes from outside, against its schema and for edges and reference tasks
 * that name no task. Throws `INVALID_ARGUMENT` with path, given and accepted.
 */
export function parseStructure(value: unknown): FlowStructure {
  const found = findShapeIssue(value, FLOW_STRUCTURE_SCHEMA, "structure");
  if (found !== undefined) throw refusal(found);
  const structure = assumeChecked(value);
  const dangling = findDangling(structure);
  if (dangling !== undefined) throw refusal(dangling);
  return structure;
}

function assumeChecked(value: unknown): FlowStructure {
  // The schema above has just said so; only its meaning in types is missing.
  return value as FlowStructure;
}

function findDangling({ tasks, edges, referenceTasks }: FlowStructure): ShapeIssue | undefined {
  const slugs = new Set<string>();
  for (const [index, { slug }] of tasks.entries()) {
    if (slugs.has(slug))
      return issue(`tasks[${index}].slug`, slug, "a slug that no other task has");
    slugs.add(slug);
  }
  const named = [
    ...edges.flatMap((edge, index) => [
      [`edges[${index}].upstream`, edge.upstream] as const,
      [`edges[${index}].downstream`, edge.downstream] as const,
    ]),
    ...referenceTasks.map((slug, index) => [`referenceTasks[${index}]`, slug] as const),
  ];
  const unknown = named.find(([, slug]) => !slugs.has(slug));
  return unknown && issue(unknown[0], unknown[1], "the slug of a task of the flow");
}

function issue(path: string, given: string, accepted: string): ShapeIssue {
  return { path: `structure.${path}`, given, accepted };
}

function refusal({ path, given, accepted }: ShapeIssue): SlipwayError {
  const what = given === undefined ? "missing" : JSON.stringify(given)?.slice(0, 100);
  return new SlipwayError("INVALID_ARGUMENT", `${path} has to be ${accepted}, but is ${what}`, {
    path,
    given,
    accepted,
  });
}
