import { waitFor } from "@slipway/testing";
import { afterEach, describe, expect, it } from "vitest";
import { ATTEMPT, claimOf, fakeServer, fakeWorkshop } from "../test/fakes.ts";
import { AgentLoop } from "./agent-loop.ts";

let loop: AgentLoop | undefined;
afterEach(() => loop?.close());

describe("AgentLoop", () => {
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
