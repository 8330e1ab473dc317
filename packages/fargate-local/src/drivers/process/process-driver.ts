import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { messageOf, SlipwayError } from "@slipway/core";
import { z } from "zod";
import { commandLine, parseVariables } from "../../model/container-plan.ts";
import { isAlive, startTimeOf } from "../../store/processes.ts";
import type { ContainerRequest, Driver } from "../driver.ts";
import { ImageCache, type UnpackedImage } from "./image-cache.ts";
import type { ImageReader } from "./image-reader.ts";
import { childContainer, orphanContainer } from "./process-container.ts";
import { resolveCommand } from "./resolve-command.ts";

const CLOSE_TIMEOUT_MS = 5_000;

export interface ProcessDriverOptions {
  readonly dataDir: string;
  readonly reader: ImageReader;
  /** Where programs are looked up that an image does not hold. */
  readonly hostPath: string;
}

const handleSchema = z.object({
  pid: z.int(),
  startTime: z.string(),
  runtimeId: z.string(),
  imageDigest: z.string(),
});

/**
 * Runs containers as plain processes of this machine, from the unpacked image, with this machine's
 * node: no engine is needed, and nothing is isolated or limited.
 */
export function createProcessDriver(options: ProcessDriverOptions): Driver {
  const cache = new ImageCache(join(options.dataDir, "images"), options.reader);
  return {
    name: "process",
    // Its output went into a pipe that died with the server, so a process that lives on is ended.
    survivesRestart: false,
    async pull(image) {
      await cache.pull(image);
    },
    async start(request) {
      const image = await cache.pull(request.container.image ?? "");
      const child = await launch(request, image, options);
      child.stdout?.on("data", (bytes) => request.output({ bytes, source: "stdout" }));
      child.stderr?.on("data", (bytes) => request.output({ bytes, source: "stderr" }));
      const pid = child.pid ?? 0;
      const identity = { pid, startTime: startTimeOf(pid) ?? "gone" };
      const runtimeId = randomUUID().replaceAll("-", "");
      return childContainer(child, identity, { runtimeId, imageDigest: image.digest });
    },
    async close() {
      // A download may take long; what is left of it is begun anew by the next server.
      await Promise.race([cache.settle(), delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    },
    async find(handle) {
      const found = handleSchema.safeParse(handle);
      if (!found.success || !isAlive(found.data)) return undefined;
      const { pid, startTime, runtimeId, imageDigest } = found.data;
      return orphanContainer({ pid, startTime }, { runtimeId, imageDigest });
    },
  };
}

function launch(
  request: ContainerRequest,
  image: UnpackedImage,
  { dataDir, hostPath }: ProcessDriverOptions,
): Promise<ChildProcess> {
  const { container, override, taskId } = request;
  const home = join(dataDir, "work", taskId, container.name);
  mkdirSync(home, { recursive: true });
  const imageVariables = parseVariables(image.defaults.env);
  const argv = commandLine(image.defaults, container, override);
  const path = [dirname(process.execPath), hostPath].join(":");
  const command = resolveCommand({
    argv,
    root: image.root,
    workingDir: container.workingDirectory ?? image.defaults.workingDir ?? "/",
    imagePath: imageVariables["PATH"] ?? "",
    hostPath: path,
    node: process.execPath,
  });
  if (command === undefined) throw cannotStart(argv, "executable file not found in $PATH");
  const [file = "", ...args] = command;
  const env = { ...imageVariables, HOME: home, PATH: path, ...request.variables };
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: home,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.once("spawn", () => resolve(child));
    child.once("error", (error) => reject(cannotStart(argv, messageOf(error), error)));
  });
}

function cannotStart(argv: readonly string[], why: string, cause?: unknown): SlipwayError {
  const program = argv[0] ?? "";
  const message =
    program === "" ? "no command specified" : `exec: ${JSON.stringify(program)}: ${why}`;
  return new SlipwayError("LAUNCH_FAILED", message, { command: program }, { cause });
}
