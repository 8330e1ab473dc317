import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { fileNameOf } from "../store/file-name.ts";
import { LOG_FILE, type LogFile, LogStream } from "./log-stream.ts";

const INDEX = "group.jsonl";

/** A line of a group's index: the group itself first, then each of its streams as it is made. */
const recordSchema = z.object({
  kind: z.enum(["group", "stream"]),
  name: z.string(),
  createdAt: z.number(),
});

type IndexRecord = z.infer<typeof recordSchema>;

export interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  readonly directory: string;
  readonly streams: Map<string, LogStream>;
}

/** Log groups and their streams, as CloudWatch Logs has them, in one folder of files. */
export class LogStore {
  readonly #directory: string;
  readonly #groups: Map<string, LogGroup>;
  /** Milliseconds since 1970. */
  readonly #now: () => number;

  private constructor(directory: string, groups: Map<string, LogGroup>, now: () => number) {
    this.#directory = directory;
    this.#groups = groups;
    this.#now = now;
  }

  static open(directory: string, now: () => number = Date.now): LogStore {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const folders = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(directory, name));
    const groups = folders.flatMap((folder) => readGroup(folder) ?? []);
    return new LogStore(directory, new Map(groups.map((group) => [group.name, group])), now);
  }

  groups(): LogGroup[] {
    return [...this.#groups.values()];
  }

  group(name: string): LogGroup | undefined {
    return this.#groups.get(name);
  }

  /** The group of the name, made where there is none. */
  ensureGroup(name: string): LogGroup {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const directory = join(this.#directory, fileNameOf(name));
    const group = { name, createdAt: this.#now(), directory, streams: new Map() };
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeRecord(directory, { kind: "group", name, createdAt: group.createdAt });
    this.#groups.set(name, group);
    return group;
  }

  /** The stream of the name, made (with its group) where there is none. */
  ensureStream(groupName: string, name: string): LogStream {
    const { streams, directory } = this.ensureGroup(groupName);
    const known = streams.get(name);
    if (known !== undefined) return known;
    const createdAt = this.#now();
    const stream = new LogStream({
      name,
      createdAt,
      directory,
      fileName: fileNameOf(name),
      files: [],
    });
    writeRecord(directory, { kind: "stream", name, createdAt });
    streams.set(name, stream);
    return stream;
  }

  /** Forgets streams to which nothing was written since then. */
  async prune(before: number): Promise<void> {
    for (const group of this.#groups.values()) {
      const old = [...group.streams.values()].filter(({ createdAt }) => createdAt < before);
      const writtenAt = await Promise.all(old.map((stream) => stream.lastWrittenAt()));
      const unused = old.filter((_stream, at) => (writtenAt[at] ?? 0) < before);
      if (unused.length === 0) continue;
      for (const { name } of unused) group.streams.delete(name);
      writeIndex(group);
      await Promise.all(unused.map((stream) => stream.remove()));
    }
  }

  async removeGroup(name: string): Promise<void> {
    const group = this.#groups.get(name);
    if (group === undefined) return;
    this.#groups.delete(name);
    await Promise.all([...group.streams.values()].map((stream) => stream.remove()));
    await rm(group.directory, { recursive: true, force: true });
  }
}

function writeRecord(directory: string, record: IndexRecord): void {
  appendFileSync(join(directory, INDEX), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** The whole index anew; a file that is replaced is never read by half. */
function writeIndex({ name, createdAt, directory, streams }: LogGroup): void {
  const records: IndexRecord[] = [
    { kind: "group", name, createdAt },
    ...[...streams.values()].map((stream) => ({
      kind: "stream" as const,
      name: stream.name,
      createdAt: stream.createdAt,
    })),
  ];
  const path = join(directory, INDEX);
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
  writeFileSync(`${path}.tmp`, text, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

function readGroup(directory: string): LogGroup | undefined {
  const records = readIndex(directory);
  const [group] = records.filter(({ kind }) => kind === "group");
  if (group === undefined) return undefined;
  const files = readFileNames(directory);
  const streams = records
    .filter(({ kind }) => kind === "stream")
    .map(({ name, createdAt }) => {
      const fileName = fileNameOf(name);
      const own = files.get(fileName) ?? [];
      return new LogStream({ name, createdAt, directory, fileName, files: own });
    });
  const { name, createdAt } = group;
  return { name, createdAt, directory, streams: new Map(streams.map((one) => [one.name, one])) };
}

/** What a killed server wrote of a line is passed over, like the folder of something else. */
function readIndex(directory: string): IndexRecord[] {
  try {
    const lines = readFileSync(join(directory, INDEX), "utf8").split("\n");
    return lines.flatMap((line) => parseRecord(line) ?? []);
  } catch {
    return [];
  }
}

function parseRecord(line: string): IndexRecord | undefined {
  try {
    return recordSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Each stream's files, oldest first, by the stream's file name. */
function readFileNames(directory: string): Map<string, LogFile[]> {
  const files = new Map<string, LogFile[]>();
  for (const name of readdirSync(directory)) {
    const { stream, first } = LOG_FILE.exec(name)?.groups ?? {};
    if (stream === undefined) continue;
    const own = files.get(stream) ?? [];
    own.push({ path: join(directory, name), first: Number(first) });
    files.set(stream, own);
  }
  for (const own of files.values()) own.sort((a, b) => a.first - b.first);
  return files;
}
