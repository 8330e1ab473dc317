import { appendFileSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { withTempDir } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { fileNameOf } from "../store/file-name.ts";
import { MAX_MESSAGE_BYTES } from "./log-event.ts";
import { LogStore } from "./log-store.ts";
import { LogStream } from "./log-stream.ts";

const line = (message: string, timestamp = 1) => ({ message, timestamp });

async function messages(stream: LogStream | undefined, from?: number): Promise<string[]> {
  const list = await stream?.events(from);
  if (list === undefined) return [];
  return Array.from({ length: list.end - list.first }, (_, at) => list.at(list.first + at).message);
}

describe("LogStore", () => {
  it("finds groups, streams and events again, and passes over what a killed server wrote by half", async () => {
    await withTempDir(async (folder) => {
      const store = LogStore.open(folder, () => 7);
      const stream = store.ensureStream("/a/../b", "../c/d");
      void stream.append([line("one", 1_700_000_000_000), line("two", 1_700_000_000_001)]);
      await stream.flush();
      const [group = ""] = readdirSync(folder);
      const [file = ""] = readdirSync(join(folder, group)).filter((name) => name.endsWith(".log"));
      appendFileSync(join(folder, group, file), "2026-01-01T00:00:00.000Z thr");
      appendFileSync(join(folder, group, "group.jsonl"), '{"kind":"str');

      const again = LogStore.open(folder);
      expect(again.groups()).toMatchObject([{ name: "/a/../b", createdAt: 7 }]);
      const found = again.group("/a/../b")?.streams.get("../c/d");
      expect(await messages(found)).toEqual(["one", "two"]);
      expect((await found?.events())?.at(1)).toEqual(line("two", 1_700_000_000_001));
    });
  });

  it("keeps every file inside its folder, whatever the names are", async () => {
    await withTempDir(async (folder) => {
      const store = LogStore.open(join(folder, "logs"));
      for (const name of ["..", ".", "/", "../..", "x".repeat(512)]) {
        const stream = store.ensureStream(name, name);
        void stream.append([line(name)]);
        await stream.flush();
      }
      expect(readdirSync(folder)).toEqual(["logs"]);
      expect(readdirSync(join(folder, "logs"))).toHaveLength(5);
      expect(await messages(store.group("..")?.streams.get(".."))).toEqual([".."]);
    });
  });

  it("forgets streams that nobody writes to any more, and keeps the others after a restart", async () => {
    await withTempDir(async (folder) => {
      let now = 1000;
      const store = LogStore.open(folder, () => now);
      const written = async (name: string, writtenAtS: number) => {
        const stream = store.ensureStream("g", name);
        void stream.append([line(name)]);
        await stream.flush();
        const group = store.group("g")?.directory ?? "";
        const [file = ""] = readdirSync(group).filter((one) => one.startsWith(fileNameOf(name)));
        utimesSync(join(group, file), writtenAtS, writtenAtS);
      };
      await written("old", 2);
      await written("long", 9);
      store.ensureStream("g", "empty");
      now = 8000;
      await written("new", 8);
      await store.prune(8000);
      const names = (of: LogStore) => [...(of.group("g")?.streams.keys() ?? [])];
      expect(names(store)).toEqual(["long", "new"]);
      expect(names(LogStore.open(folder))).toEqual(["long", "new"]);
      expect(readdirSync(store.group("g")?.directory ?? "")).toHaveLength(3);
    });
  });

  it("forgets a group with its files", async () => {
    await withTempDir(async (folder) => {
      const store = LogStore.open(folder);
      void store.ensureStream("a", "b").append([line("c")]);
      await store.removeGroup("a");
      expect(store.group("a")).toBeUndefined();
      expect(readdirSync(folder)).toEqual([]);
    });
  });
});

describe("LogStream", () => {
  const open = (directory: string, halfBytes: number) =>
    new LogStream({ name: "s", createdAt: 0, directory, fileName: "s", files: [], halfBytes });

  it("keeps the newest events in two files, and each event its ordinal", async () => {
    await withTempDir(async (folder) => {
      const stream = open(folder, 60);
      for (const text of ["1", "2", "3", "4", "5"]) {
        void stream.append([line(text)]);
        await stream.flush();
      }
      expect(readdirSync(folder).sort()).toEqual(["s.2.log", "s.4.log"]);
      expect(await messages(stream)).toEqual(["3", "4", "5"]);
      expect(await stream.events(4)).toMatchObject({ first: 4, end: 5 });
    });
  });

  it("keeps the order of arrival, so that times never go back", async () => {
    await withTempDir(async (folder) => {
      const stream = open(folder, 1000);
      void stream.append([line("a", 5), line("b", 3)]);
      void stream.append([line("c", 4)]);
      const list = await stream.events();
      expect([0, 1, 2].map((ordinal) => list.at(ordinal))).toEqual([
        line("a", 5),
        line("b", 5),
        line("c", 5),
      ]);
    });
  });

  it("begins anew when it is cleared", async () => {
    await withTempDir(async (folder) => {
      const stream = open(folder, 1000);
      void stream.append([line("old")]);
      stream.clear();
      void stream.append([line("new")]);
      expect(await messages(stream)).toEqual(["new"]);
    });
  });

  it("asks who writes to wait while the disk does not keep up", async () => {
    await withTempDir(async (folder) => {
      const stream = open(folder, 4_000_000);
      expect(stream.append([line("short")])).toBeUndefined();
      const full = stream.append(Array.from({ length: 20 }, () => line("x".repeat(100_000))));
      expect(full).toBeInstanceOf(Promise);
      await full;
      expect(await messages(stream)).toHaveLength(21);
      expect(stream.append([line("short")])).toBeUndefined();
      await stream.flush();
    });
  });

  it("tells its oldest and its newest event", async () => {
    await withTempDir(async (folder) => {
      const stream = open(folder, 4_000_000);
      expect(await stream.span()).toBeUndefined();
      void stream.append([line("only", 1)]);
      expect(await stream.span()).toEqual({ first: line("only", 1), last: line("only", 1) });
      for (const time of [2, 3, 4])
        void stream.append([line("\uFFFD".repeat(MAX_MESSAGE_BYTES), time)]);
      void stream.append([line("newest", 5)]);
      expect(await stream.span()).toMatchObject({
        first: { timestamp: 1 },
        last: line("newest", 5),
      });
    });
  });
});
