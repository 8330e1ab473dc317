import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseEvent } from "../src/logs/log-event.ts";
import { fileNameOf } from "../src/store/file-name.ts";

/** What a container wrote, as the files of its log stream have it. */
export async function readOutput(
  dataDir: string,
  taskArn: string,
  container = "flow",
  family = "flow",
): Promise<string> {
  const group = join(dataDir, "logs", fileNameOf(`/slipway/fargate-local/${family}`));
  const stream = fileNameOf(`${container}/${basename(taskArn)}`);
  const names = (await readdir(group)).filter((name) => name.startsWith(`${stream}.`)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(group, name), "utf8")));
  return texts.join("").split("\n").map(messageOf).join("\n");
}

function messageOf(line: string): string {
  return line === "" ? "" : parseEvent(line).message;
}
