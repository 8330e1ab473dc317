import { type ChildProcess, fork } from "node:child_process";
import { basename } from "node:path";
import {
  type FlowDescription,
  type FlowProcessCommand,
  type FlowStructure,
  isErrorCode,
  isPlainObject,
  SlipwayError,
} from "@slipway/core";

export interface DescribeBundleOptions {
  /** The folder that the flow file is run in. */
  readonly cwd: string;
  /** The whole environment of the process; by default this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly timeoutMs?: number | undefined;
  /** How errors call the flow; by default the bundle's path. */
  readonly name?: string | undefined;
}

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT = 4_000;
const OUTPUT_GRACE_MS = 1_000;

type Outcome =
  | { readonly kind: "answer"; readonly answer: Record<string, unknown> }
  | { readonly kind: "exit"; readonly how: string }
  | { readonly kind: "timeout" }
  | { readonly kind: "failure"; readonly error: Error };

/**
 * Runs a flow's bundle in a process of its own, and asks it what it is. Throws the error that the bundle reports
 * (`FLOW_NOT_EXPORTED`, `FLOW_CYCLE`, …), or `FLOW_FILE_FAILED` where it ends or hangs without an answer.
 */
export async function describeBundle(
  bundlePath: string,
  options: DescribeBundleOptions,
): Promise<FlowDescription> {
  const { description } = await ask(bundlePath, "describe", options);
  if (isDescription(description)) return description;
  throw noFlow(options.name ?? bundlePath);
}

/**
 * As {@link describeBundle}, for the structure alone: the environment is not looked at, so what only the author's
 * machine has (a Job's file, variables with credentials) need not be there.
 */
export async function readBundleStructure(
  bundlePath: string,
  options: DescribeBundleOptions,
): Promise<FlowStructure> {
  const { structure } = await ask(bundlePath, "structure", options);
  if (isStructure(structure)) return structure;
  throw noFlow(options.name ?? bundlePath);
}

async function ask(
  bundlePath: string,
  command: FlowProcessCommand,
  options: DescribeBundleOptions,
): Promise<Record<string, unknown>> {
  const name = options.name ?? bundlePath;
  // No flags are inherited, so that it runs as in a container; source maps make stacks name the author's lines.
  const child = fork(bundlePath, [command], {
    cwd: options.cwd,
    ...(options.env === undefined ? {} : { env: { ...options.env } }),
    execArgv: ["--enable-source-maps"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const output = keepOutput(child);
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
  try {
    const outcome = await awaitOutcome(child, options.timeoutMs ?? TIMEOUT_MS);
    return toAnswer(outcome, name, output);
  } finally {
    // The author's module may keep timers or sockets open; all that was wanted is here.
    child.kill("SIGKILL");
    // A process that the module left behind may hold the other end for as long as it likes.
    child.stderr?.destroy();
    await ended;
  }
}

function awaitOutcome(child: ChildProcess, timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: "timeout" }), timeoutMs);
    const settle = (outcome: Outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    };
    child.on("message", (message: unknown) => {
      if (isAnswer(message)) settle({ kind: "answer", answer: message });
    });
    child.once("error", (error) => settle({ kind: "failure", error }));
    const exit = (code: number | null, signal: string | null) =>
      settle({ kind: "exit", how: signal === null ? `exit code ${code}` : `signal ${signal}` });
    child.once("close", exit);
    // What a crash says may come after its end, but not long after.
    child.once("exit", (...how) => setTimeout(exit, OUTPUT_GRACE_MS, ...how).unref());
  });
}

const ANSWERS: ReadonlySet<unknown> = new Set(["description", "structure", "error"]);

/** A module may log before it is asked; only these kinds of message answer the question. */
function isAnswer(message: unknown): message is Record<string, unknown> {
  return isPlainObject(message) && ANSWERS.has(message["kind"]);
}

function keepOutput(child: ChildProcess): () => string {
  let output = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output = (output + text).slice(-MAX_OUTPUT);
  });
  return () => output.trim();
}

function toAnswer(outcome: Outcome, name: string, output: () => string): Record<string, unknown> {
  switch (outcome.kind) {
    case "answer":
      if (outcome.answer["kind"] === "error") throw toError(outcome.answer, name);
      return outcome.answer;
    case "timeout":
      throw failed(
        `${name} did not say in time what its flow is: nothing at its top level may wait for long`,
        name,
      );
    case "failure":
      throw failed(`${name} cannot be started: ${outcome.error.message}`, name, {}, outcome.error);
    case "exit": {
      const words = output() === "" ? "" : `: ${lastError(output())}`;
      throw failed(
        `${name} ended with ${outcome.how} before it said what its flow is${words}`,
        name,
        {
          how: outcome.how,
          output: output(),
        },
      );
    }
  }
}

/** The line of a crash's output that names the error, or its last one. */
function lastError(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return (lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? "").trim();
}

function failed(
  message: string,
  file: string,
  details: Record<string, unknown> = {},
  cause?: unknown,
) {
  return new SlipwayError(
    "FLOW_FILE_FAILED",
    message,
    { file: basename(file), ...details },
    { cause },
  );
}

function noFlow(name: string): SlipwayError {
  return failed(
    `${name} gave an answer that describes no flow: are "slipway" and this command of one version?`,
    name,
  );
}

function isDescription(value: unknown): value is FlowDescription {
  return isPlainObject(value) && isStructure(value["structure"]);
}

/** The shape was made by Slipway's own code in the bundle, so the parts that are read here are looked at, and no more. */
function isStructure(value: unknown): value is FlowStructure {
  if (!isPlainObject(value)) return false;
  const { name, tasks, edges } = value;
  return typeof name === "string" && Array.isArray(tasks) && Array.isArray(edges);
}

function toError(message: Record<string, unknown>, name: string): SlipwayError {
  const { code, message: text, details, stack } = message;
  return new SlipwayError(
    isErrorCode(code) ? code : "FLOW_FILE_FAILED",
    typeof text === "string" ? text : `${name} failed without a message`,
    {
      ...(isPlainObject(details) ? details : {}),
      ...(typeof stack === "string" ? { stack } : {}),
    },
  );
}
