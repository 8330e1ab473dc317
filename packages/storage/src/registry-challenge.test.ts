import { describe, expect, it } from "vitest";
import { parseChallenge } from "./registry-challenge.ts";

describe("parseChallenge", () => {
  it.each([
    ['Basic realm="Registry"', { scheme: "basic" }],
    [
      'Bearer realm="https://auth.example.com/token",service="r.example.com",scope="repository:a/b:pull,push"',
      {
        scheme: "bearer",
        realm: "https://auth.example.com/token",
        service: "r.example.com",
        scope: "repository:a/b:pull,push",
      },
    ],
    [
      'bearer realm="https://auth.example.com/token"',
      { scheme: "bearer", realm: "https://auth.example.com/token" },
    ],
    ['Bearer service="x"', undefined],
    ["Negotiate", undefined],
    ["", undefined],
  ])("reads %j", (header, challenge) => {
    expect(parseChallenge(header)).toEqual(challenge);
  });
});
