import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, SlipwayError } from "@slipway/core";
import type { z } from "zod";

/**
 * Records of one kind: in memory for reading, and one JSON file each so that a restart finds them.
 * A file is replaced as a whole, so a reader never sees half of one.
 */
export class Collection<T> {
  readonly #directory: string;
  readonly #records: Map<string, T>;
  /** The last write of each key: writes of one key keep their order. */
  readonly #writes = new Map<string, Promise<void>>();

  private constructor(directory: string, records: Map<string, T>) {
    this.#directory = directory;
    this.#records = records;
  }

  static async open<T>(directory: string, schema: z.ZodType<T>): Promise<Collection<T>> {
    await mkdir(directory, { recursive: true });
    const names = (await readdir(directory)).filter((name) => name.endsWith(".json"));
    const records = await Promise.all(
      names.map(async (name): Promise<[string, T]> => {
        const key = decodeURIComponent(name.slice(0, -".json".length));
        return [key, await readRecord(join(directory, name), schema)];
      }),
    );
    return new Collection(directory, new Map(records));
  }

  get(key: string): T | undefined {
    return this.#records.get(key);
  }

  values(): T[] {
    return [...this.#records.values()];
  }

  /** Changes the record at once; settles when it is on disk. */
  put(key: string, record: T): Promise<void> {
    this.#records.set(key, record);
    return this.#enqueue(key, async () => {
      const path = this.#path(key);
      await writeFile(`${path}.tmp`, JSON.stringify(record), { mode: 0o600 });
      await rename(`${path}.tmp`, path);
    });
  }

  delete(key: string): Promise<void> {
    this.#records.delete(key);
    return this.#enqueue(key, () => rm(this.#path(key), { force: true }));
  }

  async prune(isOld: (record: T) => boolean): Promise<void> {
    const old = [...this.#records].filter(([, record]) => isOld(record));
    await Promise.all(old.map(([key]) => this.delete(key)));
  }

  /** Settles when all that was changed is on disk. */
  async flush(): Promise<void> {
    await Promise.all(this.#writes.values());
  }

  #enqueue(key: string, write: () => Promise<void>): Promise<void> {
    const next = (this.#writes.get(key) ?? Promise.resolve()).catch(() => {}).then(write);
    this.#writes.set(key, next);
    const forget = () => {
      if (this.#writes.get(key) === next) this.#writes.delete(key);
    };
    next.then(forget, forget);
    return next;
  }

  #path(key: string): string {
    return join(this.#directory, `${encodeURIComponent(key)}.json`);
  }
}

async function readRecord<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): SlipwayError {
  const message = `${path} is not a record of this version of local Fargate (${messageOf(cause)}); move the data folder away to begin anew`;
  return new SlipwayError("INVALID_ARGUMENT", message, { path }, { cause });
}
