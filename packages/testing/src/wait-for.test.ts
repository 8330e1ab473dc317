import { describe, expect, it } from "vitest";
import { waitFor } from "./wait-for.ts";

describe("waitFor", () => {
  it("returns the first true value", async () => {
    let looks = 0;
    const value = await waitFor(() => (++looks === 3 ? "there" : undefined), { intervalMs: 1 });
    expect(value).toBe("there");
  });

  it("bears errors until time is up, then gives the last one as cause", async () => {
    const refused = new Error("refused");
    const waiting = waitFor(() => Promise.reject(refused), {
      timeoutMs: 20,
      intervalMs: 1,
      what: "an open port",
    });
    await expect(waiting).rejects.toMatchObject({
      message: "Waited 20 ms in vain for: an open port",
      cause: refused,
    });
  });
});
