import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startFargateLocal } from "../src/index.ts";
import { openStore } from "../src/store/store.ts";
import { stoppedTask } from "./stopped-task.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fargate-local-strays-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** As much of a Docker engine as the look for strays asks: it holds one container, and tells what it is asked to remove. */
async function startEngine(socket: string, containerId: string) {
  const removed: string[] = [];
  const engine = createServer(({ method, url = "" }, response) => {
    if (method === "DELETE") removed.push(url.split("?")[0] ?? "");
    const volume = (Name: string) => ({ Name, Labels: { "slipway.task-id": Name } });
    const answers: Record<string, unknown> = {
      "/containers/json": [{ Id: containerId }],
      "/volumes": { Volumes: [volume("ended"), volume("live")] },
    };
    response.end(JSON.stringify(answers[url.split("?")[0] ?? ""] ?? {}));
  });
  engine.listen(socket);
  await once(engine, "listening");
  return { removed, close: () => engine.close() };
}

it("removes the container and the volumes that tasks left behind, since nobody else will", async () => {
  const dataDir = join(folder, "data");
  const task = { ...stoppedTask(Date.now() / 1000), handles: { flow: { id: "left" } } };
  const live = {
    ...task,
    id: "live",
    handles: {},
    task: { ...task.task, lastStatus: "RUNNING" as const },
  };
  const { tasks } = await openStore(dataDir);
  await tasks.put(task.id, task);
  await tasks.put(live.id, live);
  const socket = join(folder, "engine.sock");
  const engine = await startEngine(socket, "left");
  const dockerHost = `unix://${socket}`;
  const server = await startFargateLocal({ port: 0, dataDir, driver: "docker", dockerHost });
  try {
    await expect.poll(() => engine.removed).toEqual(["/containers/left", "/volumes/ended"]);
  } finally {
    await server.close();
    engine.close();
  }
});
