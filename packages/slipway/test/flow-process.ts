import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { FlowProcessCommand, FlowProcessMessage } from "@slipway/core";
import { bundleFlow, type FlowBundle } from "@slipway/storage/build";

export function bundleTestFlow(file: URL): Promise<FlowBundle> {
  return bundleFlow({ file: fileURLToPath(file), conditions: ["slipway-source"] });
}

export interface FlowProcess {
  readonly child: ChildProcess;
  readonly messages: FlowProcessMessage[];
  readonly output: () => string;
  /** The exit code, once all output is here. */
  readonly ended: Promise<number | null>;
}

/** Starts a bundle as its parent, or as a container would: without a command, and with settings. */
export function startBundle(
  bundle: FlowBundle,
  command: FlowProcessCommand | undefined,
  variables: Record<string, string> = {},
): FlowProcess {
  const child = fork(bundle.path, command === undefined ? [] : [command], {
    env: { PATH: process.env["PATH"], ...variables },
    execArgv: ["--enable-source-maps"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const messages: FlowProcessMessage[] = [];
  child.on("message", (message: FlowProcessMessage) => messages.push(message));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = once(child, "close").then(([code]) => code);
  return { child, messages, output: () => output, ended };
}
