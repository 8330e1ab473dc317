import { describe, expect, it } from "vitest";
import { formatReference, isLoopback, parseReference } from "./reference.ts";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("parseReference", () => {
  it.each([
    ["node", "docker.io", "library/node", "latest", undefined],
    ["node:20-slim", "docker.io", "library/node", "20-slim", undefined],
    ["joshmeek18/flows", "docker.io", "joshmeek18/flows", "latest", undefined],
    ["index.docker.io/node:20", "docker.io", "library/node", "20", undefined],
    ["localhost/flows:1", "localhost", "flows", "1", undefined],
    ["127.0.0.1:5000/a/b-c__d:x.y", "127.0.0.1:5000", "a/b-c__d", "x.y", undefined],
    ["[::1]:5000/flows", "[::1]:5000", "flows", "latest", undefined],
    [`r.example.com/flows@${DIGEST}`, "r.example.com", "flows", undefined, DIGEST],
    [`r.example.com:443/flows:1@${DIGEST}`, "r.example.com:443", "flows", "1", DIGEST],
  ])("reads %s", (text, registry, repository, tag, digest) => {
    expect(parseReference(text)).toEqual({
      kind: "registry",
      registry,
      repository,
      ...(tag && { tag }),
      ...(digest && { digest }),
    });
  });

  it("reads a folder with spaces and an @ in its name, as formatReference writes it", () => {
    const reference = {
      kind: "layout",
      folder: "/home/a b@c/im#ages/50%",
      digest: DIGEST,
    } as const;
    expect(parseReference(formatReference(reference))).toEqual(reference);
  });

  it.each([
    "",
    "Flows",
    "https://r.example.com/flows",
    "r.example.com/flows:",
    "r.example.com/flows:-1",
    "r.example.com/flows@sha256:12",
    "r.example.com/../flows",
    "oci:///images",
    `oci://images@${DIGEST}`,
    "a//b",
  ])("refuses %j", (text) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        details: expect.objectContaining({ given: text }),
      }),
    );
  });
});

describe("isLoopback", () => {
  it("is true for this machine's own names alone", () => {
    const hosts = ["localhost:5000", "127.0.0.1", "127.1.2.3:80", "[::1]:5000"];
    expect(hosts.map(isLoopback)).toEqual([true, true, true, true]);
    const others = ["localhost.example.com", "127.0.0.1.example.com", "10.0.0.1:5000", "docker.io"];
    expect(others.map(isLoopback)).toEqual([false, false, false, false]);
  });
});
