import type { Diagnosis, EnvironmentLauncher, Observation } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { watch } from "./watch.ts";

const INFRASTRUCTURE = { kind: "EcsTask", id: "1", details: {} };
const DIAGNOSIS: Diagnosis = { cause: "X", message: "x", evidence: {} };
const interval = { shortest: 1, longest: 5 };

/** A platform that gives these answers, one a look; an error is thrown. */
function answering(...answers: (Observation | Error)[]): EnvironmentLauncher {
  const unused = () => {
    throw new Error("not asked for here");
  };
  return {
    render: unused,
    setup: unused,
    execute: unused,
    find: unused,
    close: unused,
    observe: async () => {
      const answer = answers.shift();
      if (answer === undefined) throw new Error("looked too often");
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

describe("watch", () => {
  it("looks until what was launched has stopped", async () => {
    const launcher = answering(
      { status: "starting" },
      { status: "running" },
      { status: "running" },
      { status: "stopped", diagnosis: DIAGNOSIS },
    );
    const options = { interval, signal: new AbortController().signal, onTrouble: () => {} };
    expect(await watch(launcher, INFRASTRUCTURE, options)).toBe(DIAGNOSIS);
  });

  it("takes a platform that does not answer for no news, and tells of it once", async () => {
    const troubles: string[] = [];
    const launcher = answering(new Error("away"), new Error("still away"), {
      status: "stopped",
      diagnosis: DIAGNOSIS,
    });
    const options = {
      interval,
      signal: new AbortController().signal,
      onTrouble: (message: string) => troubles.push(message),
    };
    expect(await watch(launcher, INFRASTRUCTURE, options)).toBe(DIAGNOSIS);
    expect(troubles).toEqual(["away"]);
  });

  it("lets go when the signal is aborted", async () => {
    const options = { interval, signal: AbortSignal.abort(), onTrouble: () => {} };
    expect(await watch(answering(), INFRASTRUCTURE, options)).toBeUndefined();
  });
});
