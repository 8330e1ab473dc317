import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "@slipway/core";
import { z } from "zod";
import { isAlive, startTimeOf } from "../../store/processes.ts";
import type { Driver } from "../driver.ts";
import { taskVolumes } from "../mounts.ts";
import { ImageCache } from "./image-cache.ts";
import type { ImageReader } from "./image-reader.ts";
import { endProcessesOf } from "./left-behind.ts";
import { childContainer, orphanContainer } from "./process-container.ts";
import { cannotStart, type ProcessPlan, planProcess } from "./process-plan.ts";
import { trySpawn } from "./try-spawn.ts";
import { unmetByProcess } from "./unmet.ts";
import { watchHealth } from "./watch-health.ts";

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
      const image = await cache.pull(request.image);
      const plan = planProcess(request, image, options);
      const child = await launch(plan);
      readOutput(child.stdout, (bytes) => request.output({ bytes, source: "stdout" }));
      readOutput(child.stderr, (bytes) => request.output({ bytes, source: "stderr" }));
      const pid = child.pid ?? 0;
      const identity = { pid, startTime: startTimeOf(pid) ?? "gone" };
      const runtimeId = randomUUID().replaceAll("-", "");
      const running = childContainer(child, identity, { runtimeId, imageDigest: image.digest });
      const { healthCheck } = request.container;
      if (healthCheck !== undefined && plan.check !== undefined) {
        void watchHealth(healthCheck, plan.check, request.health, running.exited);
      }
      return running;
    },
    unmet: unmetByProcess,
    endLeftBehind: endProcessesOf,
    release: (taskId) => rm(taskVolumes(options.dataDir, taskId), { recursive: true, force: true }),
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

/** Lets the pipe fill up, so that the process waits, while what it wrote has no place yet. */
function readOutput(
  pipe: Readable | null,
  take: (bytes: Buffer) => Promise<void> | undefined,
): void {
  pipe?.on("data", (bytes) => {
    const full = take(bytes);
    if (full === undefined) return;
    pipe.pause();
    void full.then(() => pipe.resume());
  });
}

function launch({ argv, command, cwd, env }: ProcessPlan): Promise<ChildProcess> {
  const [file = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const stdio = ["ignore", "pipe", "pipe"] as const;
    // Node's own refusal (of a null byte) names the value, which may be a secret.
    const child = trySpawn(file, args, { cwd, env, detached: true, stdio: [...stdio] });
    if (child === undefined) return reject(cannotStart(argv, "invalid argument"));
    child.once("spawn", () => resolve(child));
    child.once("error", (error) => reject(cannotStart(argv, messageOf(error), error)));
  });
}
