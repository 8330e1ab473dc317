import { describe, expect, it } from "vitest";
import { checkOrigin, isLoopback } from "./check-origin.ts";

describe("isLoopback", () => {
  it.each(["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "LOCALHOST", "api.localhost"])(
    "takes %s for this machine",
    (host) => expect(isLoopback(host)).toBe(true),
  );

  it.each(["0.0.0.0", "10.0.0.1", "127.0.0.1.evil.example", "localhost.evil.example", "::", ""])(
    "does not take %s for this machine",
    (host) => expect(isLoopback(host)).toBe(false),
  );
});

describe("checkOrigin", () => {
  it("takes the host that the server was told to listen on", () => {
    expect(checkOrigin("GET", { host: "my-laptop:4200" }, "my-laptop")).toBeUndefined();
    expect(checkOrigin("GET", { host: "other:4200" }, "my-laptop")).toMatchObject({ status: 403 });
  });
});
