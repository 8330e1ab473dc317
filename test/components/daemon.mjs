import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const STOP_MS = 30_000;
const READY_MS = 60_000;
const TAIL_LINES = 20;

/**
 * Starts a long-lived program with its output in a file and waits until `isReady` says yes. Throws with
 * the tail of its log when it ends or stays silent. Answers what ends it, with SIGTERM or another signal; only the
 * process that was started is ever ended.
 */
export async function startDaemon({ name, command, args, env, log, isReady, ...identity }) {
  const file = openSync(log, "a");
  // In a group of its own: Ctrl+C reaches the runner alone, which ends everything in order.
  const options = { detached: true, stdio: ["ignore", file, file], env, ...identity };
  const child = spawn(command, args, options);
  closeSync(file);
  const failure = once(child, "error").then(([error]) => error.message);
  const ended = once(child, "exit").then(([code, signal]) => `it ended with ${signal ?? code}`);
  const stop = (signal = "SIGTERM") => end(child, ended, signal);
  const reason = await Promise.race([failure, ended, waitUntil(isReady)]);
  if (reason === undefined) return stop;
  await stop();
  throw new Error(`${name} did not start: ${reason}\n${tail(log)}`);
}

/** A port on loopback that is free now. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Tells whether an HTTP address answers with success. */
export async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** Asks until the answer is yes. Answers what is wrong where it takes too long. */
export async function waitUntil(isReady) {
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline) {
    if (await isReady()) return undefined;
    await sleep(100);
  }
  return `it was not ready after ${READY_MS / 1000} s`;
}

async function end(child, ended, signal) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(timer);
}

function tail(log) {
  return readFileSync(log, "utf8").trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
}
