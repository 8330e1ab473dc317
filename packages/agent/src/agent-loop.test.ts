import type { Claim } from "@slipway/client";
import { waitFor } from "@slipway/testing";
import { afterEach, describe, expect, it } from "vitest";
import { AgentLoop } from "./agent-loop.ts";
import type { AgentEvent } from "./events.ts";
import { LauncherPool } from "./launcher-pool.ts";
import type { AgentServer } from "./server-port.ts";

const TIME = "2026-01-01T00:00:00.000Z";
const ATTEMPT: Claim["attempt"] = {
  id: "attempt",
  number: 1,
  agentName: "loop",
  infrastructure: null,
  diagnosis: null,
  createdAt: TIME,
  startedAt: null,
  endedAt: null,
};
/** One whose image is nowhere, so that it ends at once. */
const CLAIM: Claim = {
  attempt: ATTEMPT,
  flowRun: {
    id: "run",
    name: "run",
    parameters: {},
    labels: [],
    state: { type: "Submitted", timestamp: TIME },
    stateType: "Submitted",
    stateVersion: 2,
    scheduledStartTime: TIME,
    startTime: null,
    endTime: null,
    createdAt: TIME,
    flowVersion: {
      id: "version",
      version: 1,
      image: `oci:///nowhere@sha256:${"a".repeat(64)}`,
      environmentType: "FargateTaskEnvironment",
      labels: [],
      createdAt: TIME,
      flow: { id: "flow", name: "flow", project: { id: "project", name: "default" } },
    },
  },
  bootstrapToken: "slb_x",
  leaseSeconds: 30,
};

let loop: AgentLoop | undefined;
afterEach(() => loop?.close());

describe("AgentLoop", () => {
  it("does not take up again what ended while it was asking for work", async () => {
    const events: AgentEvent[] = [];
    let claims = 0;
    let ends = 0;
    const server: AgentServer = {
      async claimWork() {
        claims += 1;
        if (claims === 1) return { claimed: [CLAIM], adopted: [] };
        // The answer was made while the attempt was open, and comes when it has ended.
        await waitFor(() => events.some(({ kind }) => kind === "ended"));
        return { claimed: [], adopted: claims === 2 ? [CLAIM] : [] };
      },
      async endAttempt() {
        ends += 1;
        await waitFor(() => claims >= 2);
        return ATTEMPT;
      },
      renewLeases: async (_, ids) => ids,
      recordInfrastructure: async () => ATTEMPT,
      async *subscribeWorkAvailable(_agent, _labels, options) {
        await new Promise((resolve) => options?.signal?.addEventListener("abort", resolve));
      },
    };
    loop = new AgentLoop(
      {
        agent: "loop",
        server,
        launchers: new LauncherPool(),
        containerApiUrl: "none",
        observe: { shortest: 10, longest: 10 },
        tell: (event) => events.push(event),
      },
      { labels: [], pollMs: 20, capacity: 1 },
    );
    await loop.start();
    await waitFor(() => claims >= 4);
    expect(events.map(({ kind }) => kind)).toEqual(["claimed", "ended"]);
    expect(ends).toBe(1);
  });
});
