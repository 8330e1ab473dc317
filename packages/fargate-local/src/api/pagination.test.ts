import { describe, expect, it } from "vitest";
import { pageOf } from "./pagination.ts";

describe("pageOf", () => {
  it("gives the whole list without a token where it fits", () => {
    expect(pageOf(["b", "a"], {})).toEqual({ items: ["a", "b"] });
    expect(pageOf(["b", "a"], { maxResults: 2 })).toEqual({ items: ["a", "b"] });
  });

  it("goes on after the last item given, even when that is gone meanwhile", () => {
    const first = pageOf(["a", "b", "c"], { maxResults: 2 });
    expect(first.items).toEqual(["a", "b"]);
    expect(pageOf(["a", "c", "d"], { nextToken: first.nextToken })).toEqual({ items: ["c", "d"] });
  });
});
