import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's own folder. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Ends the process with what is missing and what to do about it, before anything obscure fails. */
export function requireSetUp() {
  const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const wanted = engines.node.replace(">=", "");
  if (isOlder(process.versions.node, wanted)) {
    refuse(`Node ${wanted} or newer is needed, and this is ${process.versions.node}`);
  }
  if (!existsSync(join(ROOT, "node_modules/.package-lock.json"))) {
    refuse("The dependencies are not installed: run `npm ci` first");
  }
}

/** Says why and exits 2, as every wrong input does. */
export function refuse(message) {
  console.error(message);
  process.exit(2);
}

function isOlder(version, wanted) {
  const [left, right] = [version, wanted].map((text) => text.split(".").map(Number));
  const differing = right.findIndex((part, index) => part !== left[index]);
  return differing !== -1 && left[differing] < right[differing];
}
