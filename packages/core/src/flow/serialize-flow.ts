import type { FlowDescription } from "../flow-process.ts";
import { type FlowStructure, STRUCTURE_VERSION } from "../structure.ts";
import { checkTasks } from "./check-flow.ts";
import type { Flow } from "./flow.ts";
import { parameterStructure } from "./parameter-definition.ts";

/**
 * The flow's shape as plain data; the same flow gives the same data. Throws `FLOW_CYCLE` or `MISSING_INPUT`.
 */
export function serializeFlow(flow: Flow): FlowStructure {
  checkTasks(flow.tasks);
  return {
    version: STRUCTURE_VERSION,
    name: flow.name,
    ...(flow.description !== undefined && { description: flow.description }),
    tasks: flow.tasks.map(({ slug, name, mapped }) => ({ slug, name, mapped })),
    edges: flow.edges,
    parameters: flow.parameters.map(parameterStructure),
    referenceTasks: flow.referenceTasks.map((task) => task.slug),
  };
}

/** All that a flow file says, as data. */
export function describeFlow(flow: Flow): FlowDescription {
  const labels = new Set([...flow.labels, ...(flow.environment?.labels ?? [])]);
  return {
    structure: serializeFlow(flow),
    environment: flow.environment?.serialize() ?? null,
    labels: [...labels].sort(),
    storage: flow.storage?.serialize() ?? null,
  };
}
