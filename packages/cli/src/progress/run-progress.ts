import {
  type FlowStructure,
  isFailed,
  isFinished,
  type LogRecord,
  type State,
  type TaskRunKey,
} from "@slipway/core";

/** One thing that happened in a run, wherever it runs. */
export type RunUpdate =
  | { readonly kind: "flowRunState"; readonly state: State }
  | { readonly kind: "taskRunState"; readonly task: TaskRunKey; readonly state: State }
  | { readonly kind: "log"; readonly record: ShownLog }
  /** What the run's launch waits for. */
  | { readonly kind: "status"; readonly timestamp: string; readonly status: string };

export interface ShownLog extends LogRecord {
  /** Where the line is not from the run's process: the container, by its place in the specification. */
  readonly container?: string;
}

export interface TaskProgress {
  readonly slug: string;
  state: State | undefined;
  startedAt: string | undefined;
  /** The states of a mapped task's elements, by index. */
  readonly children: Map<number, State>;
}

/** What is known of a run while it goes. */
export class RunProgress {
  readonly title: string;
  state: State | undefined;
  startedAt: string | undefined;
  /** What its launch waits for, until its state is another one. */
  status: string | undefined;
  readonly #tasks: Map<string, TaskProgress>;

  constructor(title: string, structure: Pick<FlowStructure, "tasks" | "edges">) {
    this.title = title;
    this.#tasks = new Map(inOrder(structure).map((slug) => [slug, createTask(slug)]));
  }

  /** In the order of the graph, upstream first. */
  get tasks(): readonly TaskProgress[] {
    return [...this.#tasks.values()];
  }

  apply(update: RunUpdate): void {
    if (update.kind === "flowRunState") this.#applyFlowRun(update.state);
    if (update.kind === "status") this.status = update.status;
    if (update.kind === "taskRunState") this.#applyTaskRun(update.task, update.state);
  }

  #applyFlowRun(state: State): void {
    this.state = state;
    this.status = undefined;
    if (state.type === "Running") this.startedAt ??= state.timestamp;
  }

  #applyTaskRun({ taskSlug, mapIndex }: TaskRunKey, state: State): void {
    const task = this.#tasks.get(taskSlug) ?? createTask(taskSlug);
    this.#tasks.set(taskSlug, task);
    if (state.type === "Running") task.startedAt ??= state.timestamp;
    if (mapIndex >= 0) task.children.set(mapIndex, state);
    else task.state = state;
  }
}

/** How many of a mapped task's elements are where. */
export function countChildren({ children, state }: TaskProgress) {
  const states = [...children.values()];
  const known = state?.type === "Mapped" ? state.children : 0;
  return {
    total: Math.max(known, states.length),
    finished: states.filter(isFinished).length,
    failed: states.filter(isFailed).length,
  };
}

function createTask(slug: string): TaskProgress {
  return { slug, state: undefined, startedAt: undefined, children: new Map() };
}

/** Slugs with every task after its upstreams, otherwise in the order of the structure. */
function inOrder({ tasks, edges }: Pick<FlowStructure, "tasks" | "edges">): readonly string[] {
  const upstreams = new Map<string, string[]>(tasks.map(({ slug }) => [slug, []]));
  for (const { upstream, downstream } of edges) upstreams.get(downstream)?.push(upstream);
  const order = new Set<string>();
  const visiting = new Set<string>();
  const visit = (slug: string): void => {
    if (order.has(slug) || visiting.has(slug)) return;
    visiting.add(slug);
    for (const upstream of upstreams.get(slug) ?? []) visit(upstream);
    order.add(slug);
  };
  for (const { slug } of tasks) visit(slug);
  return [...order];
}
