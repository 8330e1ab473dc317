import type { EnvironmentLauncher, Observation } from "@slipway/core";
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
