import type { ContainerLine } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { LineTaker } from "./line-taker.ts";

const line = (second: number, message: string): ContainerLine => ({
  timestamp: `2026-01-01T00:00:0${second}.000000000Z`,
  message,
});

function taking(cursor?: string, notBefore = "") {
  const batches: string[][] = [];
  const taker = new LineTaker({
    sink: {
      cursors: cursor === undefined ? {} : { "containers[1]": cursor },
      wantsFlowContainer: true,
      take: async (_, lines) => void batches.push(lines.map(({ message }) => message)),
    },
    place: "containers[1]",
    notBefore,
    clean: (text) => text.replace("secret", "‹it›"),
  });
  const open = async (...lines: readonly ContainerLine[]) => {
    taker.begin();
    for (const one of lines) await taker.push(one);
    await taker.flush();
  };
  return { taker, open, batches };
}

describe("LineTaker", () => {
  it("takes each line once, those of one moment too, when a stream begins again", async () => {
    const { taker, open, batches } = taking();
    await open(line(1, "a"), line(2, "b"), line(2, "c"));
    expect(taker.sinceTime).toBe("2026-01-01T00:00:02Z");
    await open(line(2, "b"), line(2, "c"), line(2, "d"), line(3, "e"));
    await open(line(3, "e"));
    expect(batches.flat()).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("goes on behind what an earlier agent had, and not before its own beginning", async () => {
    const earlier = taking(line(2, "").timestamp);
    await earlier.open(line(1, "a"), line(2, "b"), line(3, "c"));
    expect(earlier.batches).toEqual([["c"]]);
    const later = taking(undefined, line(2, "").timestamp);
    await later.open(line(1, "a"), line(3, "c"));
    expect(later.batches).toEqual([["c"]]);
  });

  it("loses no line that comes behind a later one, and has none twice", async () => {
    const { open, batches } = taking();
    await open(line(1, "a"), line(3, "b"), line(2, "c"), line(3, "d"));
    await open(line(3, "b"), line(2, "c"), line(3, "d"), line(3, "e"), line(2, "f"), line(4, "g"));
    expect(batches.flat()).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
  });

  it("hands on many in batches, clean", async () => {
    const { open, batches } = taking();
    await open(...Array.from({ length: 450 }, (_, index) => line(index < 200 ? 1 : 2, "secret")));
    expect(batches.map(({ length }) => length)).toEqual([200, 200, 50]);
    expect(new Set(batches.flat())).toEqual(new Set(["‹it›"]));
  });
});
