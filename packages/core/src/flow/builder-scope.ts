import { SlipwayError } from "../errors.ts";
import type { FlowGraph } from "./flow-graph.ts";

/** The flow whose builder runs right now. A builder is synchronous, so one variable is enough. */
let current: FlowGraph | undefined;

/** Runs a builder with `graph` as the flow that called tasks are added to. */
export function withinBuilder(graph: FlowGraph, build: () => unknown): unknown {
  const outer = current;
  current = graph;
  try {
    return build();
  } finally {
    current = outer;
  }
}

/** The flow that a called task is added to. Throws `INVALID_ARGUMENT` outside a builder. */
export function currentGraph(taskName: string): FlowGraph {
  if (current !== undefined) return current;
  throw new SlipwayError(
    "INVALID_ARGUMENT",
    `Task ${JSON.stringify(taskName)} was called outside a flow: call it inside the builder of new Flow(name, options, builder), ` +
      "or wire it with bind or setUpstream",
    { task: taskName },
  );
}
