import { type ChildProcess, fork } from "node:child_process";
import {
  type FlowProcessMessage,
  isPlainObject,
  type JsonObject,
  SlipwayError,
} from "@slipway/core";

export interface FlowProcessOptions {
  readonly bundlePath: string;
  readonly parameters: JsonObject;
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Ends the process with SIGTERM. */
  readonly signal: AbortSignal;
  readonly onMessage: (message: FlowProcessMessage) => void;
  /** What the flow writes past the logs, line by line. */
  readonly onLine: (line: string) => void;
}

/** How a flow's process ended, with what it said was wrong. */
export interface FlowProcessEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly error: SlipwayError | undefined;
}

/** Runs a flow's bundle to its end, in a process of its own. */
export async function runFlowProcess(options: FlowProcessOptions): Promise<FlowProcessEnd> {
  const { bundlePath, cwd, environment: env, parameters, signal } = options;
  const child = fork(bundlePath, ["run"], {
    cwd,
    env,
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let error: SlipwayError | undefined;
  child.on("message", (message: unknown) => {
    if (!isFlowProcessMessage(message)) return;
    if (message.kind === "error") error = toError(message);
    else options.onMessage(message);
  });
  passLines(child, options.onLine);
  const stop = () => child.kill("SIGTERM");
  signal.addEventListener("abort", stop);
  child.send({ parameters }, () => undefined); // A child that has ended already says why by its exit.
  try {
    return { ...(await untilClosed(child)), error };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function untilClosed(
  child: ChildProcess,
): Promise<{ exitCode: number | null; signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

function passLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (piece: string) => {
      const lines = (rest + piece).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach(onLine);
    });
    stream?.on("end", () => {
      if (rest) onLine(rest);
    });
  }
}

const KINDS: ReadonlySet<unknown> = new Set<FlowProcessMessage["kind"]>([
  "description",
  "flowRunState",
  "taskRunState",
  "log",
  "error",
]);

/** The bundle's runtime is of this version; anything else on the channel is the author's own. */
function isFlowProcessMessage(message: unknown): message is FlowProcessMessage {
  return isPlainObject(message) && KINDS.has(message["kind"]);
}

function toError(message: Extract<FlowProcessMessage, { kind: "error" }>): SlipwayError {
  const { code, message: text, details, stack } = message;
  return new SlipwayError(code, text, stack === undefined ? details : { ...details, stack });
}
