import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { stoppedTask } from "../../test/stopped-task.ts";
import { DockerClient } from "../drivers/docker/docker-client.ts";
import { createDockerDriver } from "../drivers/docker/docker-driver.ts";
import { imageReader } from "../drivers/process/image-reader.ts";
import { createProcessDriver } from "../drivers/process/process-driver.ts";
import { LogStore } from "../logs/log-store.ts";
import { NO_SECRETS } from "../secrets/secrets-file.ts";
import { openStore, type Store } from "../store/store.ts";
import type { Log } from "./task-context.ts";
import { TaskService } from "./task-service.ts";

const record = stoppedTask(1);

afterEach(() => {
  vi.useRealTimers();
});

const NOW_S = 1e6;

function openService(store: Store, dataDir: string, log: Log): TaskService {
  return new TaskService({
    store,
    logs: LogStore.open(join(dataDir, "logs")),
    createsLogGroups: true,
    secrets: NO_SECRETS,
    dataDir,
    drivers: {
      process: createProcessDriver({ dataDir, reader: imageReader, hostPath: "" }),
      docker: createDockerDriver(new DockerClient(join(dataDir, "no.sock")), { dataDir }),
    },
    choose: async () => ({ driver: "process", why: "there is no other" }),
    metadataUri: () => "",
    log,
    now: () => NOW_S,
  });
}

describe("TaskService", () => {
  it("shows stopped tasks for an hour, and many of them, as ECS does", async () => {
    await withTempDir(async (dataDir) => {
      const store = await openStore(dataDir);
      const stopped = (id: string, agoS: number) => {
        const { task } = record;
        return store.tasks.put(id, { ...record, id, task: { ...task, stoppedAt: NOW_S - agoS } });
      };
      await stopped("hour", 3601);
      for (let at = 0; at < 1500; at++) await stopped(`minute-${at}`, 60);
      const service = openService(store, dataDir, () => {});
      await service.prune();
      expect(store.tasks.get("hour")).toBeUndefined();
      expect(store.tasks.values()).toHaveLength(1500);
      await service.close();
    });
  });

  it("goes on where the files of an old task cannot be removed, and says so", async () => {
    await withTempDir(async (dataDir) => {
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
      const store = await openStore(dataDir);
      await store.tasks.put(record.id, record);
      // Where a folder should be: what is below it cannot even be looked at.
      await writeFile(join(dataDir, "work"), "");
      const lines: string[] = [];
      const service = openService(store, dataDir, (line) => lines.push(line));
      vi.advanceTimersByTime(60_000);
      await expect
        .poll(() => lines)
        .toEqual([expect.stringContaining("can't be removed: ENOTDIR")]);
      await service.close();
    });
  });
});
