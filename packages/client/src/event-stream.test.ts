import { describe, expect, it } from "vitest";
import { EventStreamParser } from "./event-stream.ts";

describe("EventStreamParser", () => {
  const stream = ':\n\nevent: next\ndata: {"data":1}\n\nevent: complete\ndata\n\n';

  it("reads events and passes over pings", () => {
    expect(new EventStreamParser().push(stream)).toEqual([
      { event: "next", data: '{"data":1}' },
      { event: "complete", data: "" },
    ]);
  });

  it("reads the same however the stream is cut into pieces", () => {
    const whole = new EventStreamParser().push(stream);
    for (let size = 1; size < stream.length; size++) {
      const parser = new EventStreamParser();
      const pieces = stream.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [];
      expect(pieces.flatMap((piece) => parser.push(piece))).toEqual(whole);
    }
  });

  it("joins lines of data and takes CRLF", () => {
    expect(new EventStreamParser().push("event: next\r\ndata: a\r\ndata: b\r\n\r\n")).toEqual([
      { event: "next", data: "a\nb" },
    ]);
  });
});
