import { AsyncLocalStorage } from "node:async_hooks";
import { format } from "node:util";
import type { LogLevel, RunReporter, TaskRunKey } from "@slipway/core";
import type { AroundTask } from "@slipway/engine";

const LEVELS = {
  debug: "debug",
  log: "info",
  info: "info",
  warn: "warning",
  error: "error",
} as const satisfies Record<string, LogLevel>;

type Method = keyof typeof LEVELS;

const METHODS: readonly Method[] = ["debug", "log", "info", "warn", "error"];

export interface ConsoleCapture {
  readonly aroundTask: AroundTask;
  /** Gives the console back. */
  release(): void;
}

/**
 * Reports what tasks print with `console` as log records of their run. With `echo` it is still printed,
 * too; what is printed outside tasks always is.
 */
export function captureConsole(
  reporter: RunReporter,
  options: { readonly echo: boolean },
): ConsoleCapture {
  const running = new AsyncLocalStorage<TaskRunKey>();
  const originals = METHODS.map((method) => [method, console[method]] as const);
  for (const [method, original] of originals) {
    console[method] = (...words: unknown[]) => {
      const task = running.getStore();
      if (task === undefined || options.echo) original.apply(console, words);
      if (task === undefined) return;
      const timestamp = new Date().toISOString();
      reporter.log({ timestamp, level: LEVELS[method], message: format(...words), task });
    };
  }
  return {
    aroundTask: (task, work) => running.run(task, work),
    release: () => {
      for (const [method, original] of originals) console[method] = original;
    },
  };
}
