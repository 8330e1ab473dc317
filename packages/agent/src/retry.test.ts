import { describe, expect, it } from "vitest";
import { backOffMs, retry } from "./retry.ts";

const never = new AbortController().signal;

/** Fails so many times, and then answers how often it was called. */
function failing(times: number) {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw new Error(`failure ${calls}`);
    return calls;
  };
}

describe("retry", () => {
  it("tries until it works", async () => {
    expect(await retry(failing(2), { signal: never, again: () => true })).toBe(3);
  });

  it("throws the failure that is not worth another try", async () => {
    const again = (_: unknown, count: number) => count < 2;
    await expect(retry(failing(9), { signal: never, again })).rejects.toThrow("failure 2");
  });

  it("tries once and no more when the signal is aborted", async () => {
    const signal = AbortSignal.abort();
    await expect(retry(failing(9), { signal, again: () => true })).rejects.toThrow("failure 1");
    expect(await retry(failing(0), { signal, again: () => true })).toBe(1);
  });
});

describe("backOffMs", () => {
  it("doubles up to a limit, and leaves half to chance", () => {
    expect([1, 2, 3].map((count) => backOffMs(count, 1))).toEqual([200, 400, 800]);
    expect(backOffMs(1, 0)).toBe(100);
    expect(backOffMs(1_000, 1)).toBe(15_000);
  });
});
