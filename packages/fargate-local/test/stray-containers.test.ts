import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startFargateLocal } from "../src/index.ts";
import { openStore } from "../src/store/store.ts";
import { createClient, definition, launch } from "./local-fargate.ts";
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

it("leaves alone what a task makes that was launched meanwhile", async () => {
  const dataDir = join(folder, "data");
  const socket = join(folder, "engine.sock");
  let server: Awaited<ReturnType<typeof startFargateLocal>> | undefined;
  let newTask = "";
  const asked: string[] = [];
  const answer = async ({ method, url = "" }: IncomingMessage, response: ServerResponse) => {
    const [path = ""] = url.split("?");
    asked.push(`${method} ${path}`);
    if (path === "/_ping" && newTask === "" && server !== undefined) {
      const ecs = createClient(server.url);
      newTask = (await launch(ecs, definition("none"))).split("/").at(-1) ?? "";
    }
    const Labels = { "slipway.task-id": newTask };
    const answers: Record<string, unknown> = {
      "/containers/json": [{ Id: "made", Labels }, { Id: "left" }],
      "/volumes": { Volumes: [{ Name: "made", Labels }] },
    };
    response.end(JSON.stringify(answers[path] ?? {}));
  };
  const engine = createServer((request, response) => void answer(request, response));
  engine.listen(socket);
  await once(engine, "listening");
  const dockerHost = `unix://${socket}`;
  server = await startFargateLocal({ port: 0, dataDir, driver: "docker", dockerHost });
  try {
    await expect.poll(() => asked).toContain("GET /volumes");
    expect(newTask).not.toBe("");
    expect(asked.filter((call) => call.startsWith("DELETE"))).toEqual(["DELETE /containers/left"]);
  } finally {
    await server.close();
    engine.close();
  }
});

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
