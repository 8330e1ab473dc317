import type { EnvironmentLauncher, Observation } from "@slipway/core";
import { waitFor } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { DIAGNOSIS, fakeLauncher, INFRASTRUCTURE } from "../test/fakes.ts";
import { type WatchOptions, watch } from "./watch.ts";

const STOPPED: Observation = { status: "stopped", diagnosis: DIAGNOSIS };

/** A platform that gives these answers, one a look; an error is thrown. */
function answering(...answers: (Observation | Error)[]): EnvironmentLauncher {
  return fakeLauncher({
    observe: async () => {
      const answer = answers.shift();
      if (answer === undefined) throw new Error("looked too often");
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
}

function optionsWith(more: Partial<WatchOptions> = {}): WatchOptions {
  return {
    interval: { shortest: 1, longest: 5 },
    signal: new AbortController().signal,
    hurry: new AbortController().signal,
    onLook: () => {},
    onTrouble: () => {},
    ...more,
  };
}

describe("watch", () => {
  it("looks until what was launched has stopped", async () => {
    const seen: string[] = [];
    const launcher = answering(
      { status: "starting" },
      { status: "running" },
      { status: "running" },
      STOPPED,
    );
    const options = optionsWith({ onLook: ({ status }) => seen.push(status) });
    expect(await watch(launcher, INFRASTRUCTURE, options)).toBe(STOPPED);
    expect(seen).toEqual(["starting", "running", "running", "stopped"]);
  });

  it("takes a platform that does not answer for no news, and tells of it once", async () => {
    const troubles: string[] = [];
    const launcher = answering(new Error("away"), new Error("still away"), STOPPED);
    const options = optionsWith({ onTrouble: (message) => troubles.push(message) });
    expect(await watch(launcher, INFRASTRUCTURE, options)).toBe(STOPPED);
    expect(troubles).toEqual(["away"]);
  });

  it("lets go when the signal is aborted", async () => {
    const options = optionsWith({ signal: AbortSignal.abort() });
    expect(await watch(answering(), INFRASTRUCTURE, options)).toBeUndefined();
  });

  it("looks at once when the end is expected, however long it would have waited", async () => {
    const hurry = new AbortController();
    const options = optionsWith({
      interval: { shortest: 60_000, longest: 60_000 },
      hurry: hurry.signal,
      onLook: () => void setTimeout(() => hurry.abort(), 20),
    });
    expect(await watch(answering({ status: "running" }, STOPPED), INFRASTRUCTURE, options)).toBe(
      STOPPED,
    );
  }, 5_000);
});

describe("watch of a platform that tells of changes", () => {
  /** A platform that is looked at only where it says so. */
  function telling(looks: number[]) {
    let tell = () => {};
    let observation: Observation = { status: "starting" };
    const launcher = fakeLauncher({
      observe: async () => {
        looks.push(performance.now());
        return observation;
      },
      onChange: (_, listener) => {
        tell = listener;
        return () => {
          tell = () => looks.push(Number.NaN);
        };
      },
    });
    const change = (next: Observation) => {
      observation = next;
      tell();
    };
    return { launcher, change };
  }
  const rarely = { shortest: 60_000, longest: 60_000 };

  it("sees an end within a tenth of a second, and listens no longer", async () => {
    const looks: number[] = [];
    const { launcher, change } = telling(looks);
    const watching = watch(launcher, INFRASTRUCTURE, optionsWith({ interval: rarely }));
    await waitFor(() => looks.length === 1);
    const before = performance.now();
    change(STOPPED);
    expect(await watching).toBe(STOPPED);
    expect(performance.now() - before).toBeLessThan(100);
    change(STOPPED);
    expect(looks).toEqual([expect.any(Number), expect.any(Number), Number.NaN]);
  });

  it("looks at once at a change after a quiet while", async () => {
    const looks: number[] = [];
    const { launcher, change } = telling(looks);
    const watching = watch(launcher, INFRASTRUCTURE, optionsWith({ interval: rarely }));
    await new Promise((resolve) => setTimeout(resolve, 150));
    const before = performance.now();
    change(STOPPED);
    await watching;
    expect(performance.now() - before).toBeLessThan(30);
  });

  it("takes many changes together", async () => {
    const looks: number[] = [];
    const { launcher, change } = telling(looks);
    const watching = watch(launcher, INFRASTRUCTURE, optionsWith({ interval: rarely }));
    for (let changes = 0; changes < 60; changes++) {
      change({ status: "running" });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    change(STOPPED);
    await watching;
    expect(looks.length).toBeGreaterThan(3);
    const gaps = looks.slice(1).map((at, index) => at - (looks[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(70);
  });

  it("loses no change that comes while it looks", async () => {
    const looks: number[] = [];
    const { launcher, change } = telling(looks);
    const { observe } = launcher;
    const late = fakeLauncher({
      ...launcher,
      observe: async (infrastructure) => {
        const seen = await observe(infrastructure);
        if (looks.length === 1) change(STOPPED);
        return seen;
      },
    });
    expect(await watch(late, INFRASTRUCTURE, optionsWith({ interval: rarely }))).toBe(STOPPED);
  }, 5_000);
});
