import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Bench, definition, isStopped, openBench, run, until } from "./local-fargate.ts";
import { writeImage } from "./oci-image.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

it("knows nothing of a task that it could not write down, so that the same call may be said again", async () => {
  const image = await writeImage(join(bench.folder, "image"), {
    files: {},
    config: { Cmd: ["true"] },
  });
  await bench.ecs.send(new RegisterTaskDefinitionCommand(definition(image)));
  const tasks = join(bench.folder, "data", "tasks");
  // In place of a full disk: nothing can be written into what is no folder.
  await rm(tasks, { recursive: true });
  await writeFile(tasks, "");
  const call = new RunTaskCommand(run({ clientToken: "once" }));
  await expect(bench.ecs.send(call)).rejects.toMatchObject({ name: "ServerException" });
  expect((await bench.ecs.send(new ListTasksCommand({}))).taskArns).toEqual([]);

  await rm(tasks);
  await mkdir(tasks);
  const answer = await bench.ecs.send(call);
  await until(bench.ecs, answer.tasks?.[0]?.taskArn ?? "", isStopped);
});
