import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Container engines leave mounts behind, and a folder with one in it cannot be removed. */
export function unmountBelow(folder) {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  const points = mounts.map((line) => line.split(" ")[1] ?? "");
  for (const point of points.filter((path) => path.startsWith(`${folder}/`)).reverse()) {
    execFileSync("umount", ["--lazy", point]);
  }
}
