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
  /** Ends the process with SIGTERM, and with SIGKILL where it takes no notice. */
  readonly signal: AbortSignal;
  readonly onMessage: (message: FlowProcessMessage) => void;
  /** What the flow writes past the logs, line by line. */
  readonly onLine: (line: string) => void;
}

/** A stopped run ends at once, unless its code never lets go of the event loop. */
const STOP_MS = 5_000;
/** How long output may still come after the end, from a process that the flow left behind and that holds the pipe. */
const OUTPUT_GRACE_MS = 1_000;

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
  const letGo = endWith(child, signal);
  child.send({ parameters }, () => undefined); // A child that has ended already says why by its exit.
  try {
    return { ...(await untilClosed(child)), error };
  } finally {
    letGo();
  }
}

/** Ends the child when the signal is aborted, and in any case with this process; returns what undoes it. */
function endWith(child: ChildProcess, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const kill = () => child.kill("SIGKILL");
  const stop = () => {
    child.kill("SIGTERM");
    timer = setTimeout(kill, STOP_MS);
  };
  signal.addEventListener("abort", stop);
  process.on("exit", kill);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    process.off("exit", kill);
  };
}

function untilClosed(
  child: ChildProcess,
): Promise<{ exitCode: number | null; signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, signal) => resolve({ exitCode, signal }));
    child.on("exit", () => {
      const timer = setTimeout(() => closeOutput(child), OUTPUT_GRACE_MS);
      child.on("close", () => clearTimeout(timer));
    });
  });
}

function closeOutput({ stdout, stderr }: ChildProcess): void {
  stdout?.destroy();
  stderr?.destroy();
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
