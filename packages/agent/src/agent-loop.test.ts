import { waitFor } from "@slipway/testing";
import { afterEach, describe, expect, it } from "vitest";
import {
  ATTEMPT,
  claimOf,
  fakeLauncher,
  fakeServer,
  fakeWorkshop,
  OneLauncher,
} from "../test/fakes.ts";
import { AgentLoop } from "./agent-loop.ts";

let loop: AgentLoop | undefined;
afterEach(() => loop?.close());

describe("AgentLoop", () => {
  it("looks after what the platform goes on with at once, and knows why it did", async () => {
    const infrastructure = { kind: "KubernetesJob", id: "uid", details: {} };
    const next = { ...ATTEMPT, id: "next", number: 2, infrastructure };
    const diagnosis = { cause: "OutOfMemory", message: "", evidence: {} };
    const ended: string[] = [];
    const { server } = fakeServer({
      claimWork: async () => ({ claimed: ended.length === 0 ? [claimOf()] : [], adopted: [] }),
      async endAttempt({ attemptId }) {
        ended.push(attemptId);
        const successor = attemptId === "next" ? null : next;
        return { ...ATTEMPT, endedAt: "2026", diagnosis, successor };
      },
    });
    const { workshop } = fakeWorkshop(server);
    const seen: unknown[] = [];
    const launcher = fakeLauncher({
      retryAfter: (_, request) => void seen.push([request.attempt, ...request.earlier]),
      observe: async ({ kind }) =>
        kind === "KubernetesJob"
          ? { status: "stopped", diagnosis }
          : { status: "stopped", diagnosis, successor: infrastructure },
    });
    Object.assign(workshop, { launchers: new OneLauncher(launcher) });
    loop = new AgentLoop(workshop, { labels: [], pollMs: 60_000, capacity: 1 });
    await loop.start();
    await waitFor(() => ended.length === 2);
    expect([ended, seen]).toEqual([["attempt", "next"], [[2, "OutOfMemory"]]]);
  });

  it("does not take up again what ended while it was asking for work", async () => {
    let claims = 0;
    let ends = 0;
    const hasEnded = () => events.some(({ kind }) => kind === "ended");
    const { server } = fakeServer({
      async claimWork() {
        claims += 1;
        if (claims === 1) return { claimed: [claimOf()], adopted: [] };
        // The answer was made while the attempt was open, and comes when it has ended.
        await waitFor(hasEnded);
        return { claimed: [], adopted: claims === 2 ? [claimOf()] : [] };
      },
      async endAttempt() {
        ends += 1;
        await waitFor(() => claims >= 2);
        return ATTEMPT;
      },
    });
    const { workshop, events } = fakeWorkshop(server);
    loop = new AgentLoop(workshop, { labels: [], pollMs: 20, capacity: 1 });
    await loop.start();
    await waitFor(() => claims >= 4);
    expect(events.map(({ kind }) => kind)).toEqual(["claimed", "trouble", "ended"]);
    expect(ends).toBe(1);
  });
});
