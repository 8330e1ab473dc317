import { describe, expect, it } from "vitest";
import { isLoopbackHost, turnAway } from "./request-guard.ts";

describe("turnAway", () => {
  it.each(["127.0.0.1:4210", "localhost:4210", "[::1]:4210", "127.1.2.3", "localhost"])(
    "lets %s in",
    (host) => {
      expect(turnAway({ host })).toBeUndefined();
    },
  );

  it.each(["evil.example", "127.0.0.1.evil.example:4210", "10.0.0.1:4210", "localhost.evil", ""])(
    "turns away a request that asks for %j",
    (host) => {
      expect(turnAway({ host })).toMatch(/loopback/);
    },
  );

  it("turns away a web page, whatever it asks for", () => {
    expect(turnAway({ host: "127.0.0.1", origin: "null" })).toMatch(/web pages/);
  });
});

describe("isLoopbackHost", () => {
  it("knows an address of every interface from loopback", () => {
    expect(["0.0.0.0", "::", "192.168.0.1", "example.com"].filter(isLoopbackHost)).toEqual([]);
  });
});
