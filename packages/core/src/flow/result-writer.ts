import type { ResultReference } from "../state.ts";

/** The facts that a result's location may be made of. */
export interface ResultContext {
  /** The folder that local results stay in. */
  readonly resultsDirectory: string;
  readonly flowRunId: string;
  readonly taskSlug: string;
  readonly mapIndex: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Keeps a task's value where others can read it after the run. */
export interface ResultWriter {
  write(value: unknown, context: ResultContext): Promise<ResultReference>;
}
