import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./set-up.mjs";

/** The path of a command that npm has installed in the checkout. */
export function toolPath(name) {
  return join(ROOT, "node_modules/.bin", process.platform === "win32" ? `${name}.cmd` : name);
}

/** Runs a command to its end and keeps all it said. */
export function capture(command, args, { cwd, env = process.env }) {
  return settle(start(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] }));
}

/** Runs a command to its end, or until the signal ends it, with its output going straight to ours. */
export function passThrough(command, args, { cwd, env = process.env, signal }) {
  const stdio = ["ignore", "inherit", "inherit"];
  return settle(start(command, args, { cwd, env, signal, stdio }));
}

function start(command, args, options) {
  return spawn(command, args, { ...options, shell: process.platform === "win32" });
}

function settle(child) {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? 1, signal, output }));
  });
}
