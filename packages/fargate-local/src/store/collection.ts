import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, SlipwayError } from "@slipway/core";
import type { z } from "zod";
import { inLanes } from "./in-lanes.ts";

/**
 * Records of one kind: in memory for reading, and one JSON file each so that a restart finds them.
 * A file is replaced as a whole, so a reader never sees half of one.
 */
export class Collection<T> {
  readonly #directory: string;
  readonly #records: Map<string, T>;
  /** Per key the write that is going on, and the one that follows it. */
  readonly #writes = new Map<string, { readonly going: Promise<void>; next?: Promise<void> }>();

  private constructor(directory: string, records: Map<string, T>) {
    this.#directory = directory;
    this.#records = records;
  }

  static async open<T>(directory: string, schema: z.ZodType<T>): Promise<Collection<T>> {
    await mkdir(directory, { recursive: true });
    const names = (await readdir(directory)).filter((name) => name.endsWith(".json"));
    // Not all at once: a process may have a limited number of files open.
    const records = await inLanes(names, async (name): Promise<[string, T]> => {
      const key = decodeURIComponent(name.slice(0, -".json".length));
      return [key, await readRecord(join(directory, name), schema)];
    });
    return new Collection(directory, new Map(records));
  }

  get(key: string): T | undefined {
    return this.#records.get(key);
  }

  values(): T[] {
    return [...this.#records.values()];
  }

  /** Changes the record at once; settles when it (or a newer one) is on disk. */
  put(key: string, record: T): Promise<void> {
    this.#records.set(key, record);
    return this.#save(key);
  }

  delete(key: string): Promise<void> {
    this.#records.delete(key);
    return this.#save(key);
  }

  async prune(isOld: (record: T) => boolean): Promise<void> {
    const old = [...this.#records].filter(([, record]) => isOld(record));
    await Promise.all(old.map(([key]) => this.delete(key)));
  }

  /** Settles when all that was changed is on disk. */
  async flush(): Promise<void> {
    await Promise.all([...this.#writes.values()].map(({ going, next }) => next ?? going));
  }

  /**
   * Writes of one key keep their order, and what changes while one goes on is written once after it,
   * so that the disk is never more than a write behind.
   */
  #save(key: string): Promise<void> {
    const writes = this.#writes.get(key);
    if (writes === undefined) return this.#begin(key, this.#write(key));
    const { going } = writes;
    writes.next ??= going.catch(() => {}).then(() => this.#begin(key, this.#write(key)));
    return writes.next;
  }

  #begin(key: string, going: Promise<void>): Promise<void> {
    const writes = { going };
    this.#writes.set(key, writes);
    const forget = () => {
      if (this.#writes.get(key) === writes && !("next" in writes)) this.#writes.delete(key);
    };
    going.then(forget, forget);
    return going;
  }

  async #write(key: string): Promise<void> {
    const path = this.#path(key);
    const record = this.#records.get(key);
    if (record === undefined) return rm(path, { force: true });
    await writeFile(`${path}.tmp`, JSON.stringify(record), { mode: 0o600 });
    return rename(`${path}.tmp`, path);
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
