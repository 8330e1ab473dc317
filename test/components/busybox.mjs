import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "./debian.mjs";

/** As container images call the processors that node has names of its own for. */
export const ARCHITECTURE = { x64: "amd64", arm64: "arm64" }[process.arch];

/** Packs the same folder to the same bytes. */
export const FIXED_TAR = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];

/** Fills a root with this machine's static busybox under all its names, and a user. */
export function fillWithBusybox(root) {
  for (const path of ["bin", "etc", "tmp"]) mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
  writeFileSync(join(root, "etc/group"), "root:x:0:\n");
  const busybox = findProgram("busybox");
  cpSync(busybox, join(root, "bin/busybox"), { dereference: true });
  const applets = execFileSync(busybox, ["--list"], { encoding: "utf8" }).trim().split("\n");
  for (const applet of applets) {
    if (applet !== "busybox") symlinkSync("busybox", join(root, "bin", applet));
  }
}

export function digestOf(bytes) {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
