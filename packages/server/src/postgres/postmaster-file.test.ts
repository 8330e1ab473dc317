import { describe, expect, it } from "vitest";
import { isPostmasterOf, parsePostmasterFile } from "./postmaster-file.ts";

const lines = (status: string) =>
  ["4711", "/data", "1795527361", "5432", "/data/socket", "", "  10002734 8", status].join("\n");

describe("parsePostmasterFile", () => {
  it("reads pid, port, socket and status", () => {
    expect(parsePostmasterFile(lines("ready   \n"))).toEqual({
      pid: 4711,
      port: 5432,
      socketFolder: "/data/socket",
      ready: true,
    });
    expect(parsePostmasterFile(lines("stopping"))).toMatchObject({ ready: false });
  });

  it("takes a file that is not there, or not finished, for none", () => {
    expect(parsePostmasterFile("")).toBeUndefined();
    expect(parsePostmasterFile("4711\n/data\n")).toMatchObject({ pid: 4711, ready: false });
  });
});

describe("isPostmasterOf", () => {
  it("does not take a living process for the postmaster that had its number", async () => {
    expect(await isPostmasterOf("/data", process.pid)).toBe(false);
  });
});
