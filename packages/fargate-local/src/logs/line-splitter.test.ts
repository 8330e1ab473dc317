import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

const messages = (chunks: readonly Buffer[], maxBytes?: number) => {
  const splitter = new LineSplitter(maxBytes);
  const events = chunks.flatMap((chunk, at) => splitter.push(chunk, at));
  return [...events, ...splitter.end()].map(({ message }) => message);
};

function cut(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

describe("LineSplitter", () => {
  it("makes an event of each line that is not empty, wherever the output is cut", () => {
    const lines = fc.array(
      fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", "")),
    );
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 7 }), (given, size) => {
        const bytes = Buffer.from(given.map((line) => `${line}\n`).join(""));
        expect(messages(cut(bytes, size))).toEqual(given.filter((line) => line !== ""));
      }),
    );
  });

  it("cuts a line that is too long for one event between two characters, and loses nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 9 }), (text, size) => {
        const line = text.replaceAll("\n", "");
        const parts = messages(cut(Buffer.from(line), size), 8);
        expect(parts.join("")).toBe(line);
        expect(parts.every((part) => Buffer.byteLength(part) <= 8)).toBe(true);
      }),
    );
  });

  it("takes an event of 256 KiB with what CloudWatch Logs counts besides, and no more", () => {
    const most = 262_144 - 26;
    expect(messages([Buffer.alloc(most, "a")]).map(({ length }) => length)).toEqual([most]);
    expect(messages([Buffer.alloc(most + 1, "a")]).map(({ length }) => length)).toEqual([most, 1]);
  });

  it("tells when a line was completed, and keeps what has no end yet", () => {
    const splitter = new LineSplitter();
    expect(splitter.push(Buffer.from("a"), 1)).toEqual([]);
    expect(splitter.push(Buffer.from("b\nc"), 2)).toEqual([{ timestamp: 2, message: "ab" }]);
    expect(splitter.end()).toEqual([{ timestamp: 2, message: "c" }]);
    expect(splitter.end()).toEqual([]);
  });
});
