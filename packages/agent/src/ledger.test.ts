import { SlipwayError } from "@slipway/core";
import { describe, expect, it } from "vitest";
import { fakeServer } from "../test/fakes.ts";
import { ServerLedger } from "./ledger.ts";
import { Registrations } from "./registrations.ts";
import type { AgentServer } from "./server-port.ts";

const RATE = { operation: "RegisterTaskDefinition", burst: 20, perSecond: 1 };
const WANTED = { hash: "h", scope: "s", rate: RATE };

function ledgerOf(
  server: AgentServer,
  registrations = new Registrations(),
  signal = new AbortController().signal,
) {
  let begun = 0;
  const ledger = new ServerLedger({
    agent: "loop",
    attemptId: "attempt",
    server,
    registrations,
    signal,
    onBegin: () => {
      begun += 1;
    },
    onWait: () => {},
    onTrouble: () => {},
  });
  return { ledger, begun: () => begun };
}

describe("beginLaunch", () => {
  it("writes the intent down, and lets the call go out when it is its turn", async () => {
    const { server, toldOf } = fakeServer({
      beginLaunch: async () => ({ waitMs: 40 }),
    });
    const { ledger, begun } = ledgerOf(server);
    const before = performance.now();
    await ledger.beginLaunch({ variant: 2, scope: "s", rate: RATE });
    expect(performance.now() - before).toBeGreaterThan(35);
    expect(begun()).toBe(1);
    expect(toldOf("endAttempt")).toEqual([]);
  });

  it("does not let the call go out where the attempt is let go of meanwhile", async () => {
    const lease = new AbortController();
    const { server } = fakeServer({ beginLaunch: async () => ({ waitMs: 60_000 }) });
    const { ledger, begun } = ledgerOf(server, new Registrations(), lease.signal);
    const waiting = ledger.beginLaunch({ variant: 0, scope: "s", rate: RATE });
    setTimeout(() => lease.abort(), 10);
    await expect(waiting).rejects.toMatchObject({ code: "ATTEMPT_SUPERSEDED" });
    expect(begun()).toBe(0);
  });

  it("does not let the call go out after a long wait where another agent has the attempt by then", async () => {
    const { server } = fakeServer({
      beginLaunch: async () => ({ waitMs: 2_000 }),
      renewLeases: async () => [],
    });
    const { ledger, begun } = ledgerOf(server);
    const waiting = ledger.beginLaunch({ variant: 0, scope: "s", rate: RATE });
    await expect(waiting).rejects.toMatchObject({ code: "ATTEMPT_SUPERSEDED" });
    expect(begun()).toBe(0);
  });

  it("waits for a server that is away, and passes on what it refuses", async () => {
    const answers = [new SlipwayError("SERVER_UNREACHABLE", "away"), undefined];
    const { server } = fakeServer({
      async beginLaunch() {
        const error = answers.shift();
        if (error !== undefined) throw error;
        throw new SlipwayError("ATTEMPT_SUPERSEDED", "no", { stateType: "Cancelling" });
      },
    });
    await expect(
      ledgerOf(server).ledger.beginLaunch({ variant: 0, scope: "s", rate: RATE }),
    ).rejects.toMatchObject({ details: { stateType: "Cancelling" } });
    expect(answers).toEqual([]);
  });
});

describe("definition", () => {
  it("has what is recorded nowhere registered once by many at a time, and records it", async () => {
    const { server, toldOf } = fakeServer();
    const registrations = new Registrations();
    let calls = 0;
    const register = async () => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 10));
      return 7;
    };
    const all = Array.from({ length: 20 }, () =>
      ledgerOf(server, registrations).ledger.definition(WANTED, register),
    );
    expect(new Set(await Promise.all(all))).toEqual(new Set([7]));
    expect(calls).toBe(1);
    expect(toldOf("recordDefinition")).toMatchObject([{ revision: 7 }]);
  });

  it("waits for what another agent registers", async () => {
    const answers = [
      { revision: null, granted: false, waitMs: 1 },
      { revision: null, granted: false, waitMs: 1 },
      { revision: 3, granted: false, waitMs: 0 },
    ];
    const { server } = fakeServer({
      claimDefinition: async () => answers.shift() ?? { revision: 3, granted: false, waitMs: 0 },
    });
    const never = () => Promise.reject(new Error("it is not this agent's to register"));
    expect(await ledgerOf(server).ledger.definition(WANTED, never)).toBe(3);
  });

  it("gives the leave back where registering fails, and passes the failure on", async () => {
    const { server, toldOf } = fakeServer();
    const refused = new SlipwayError("CLOUD_REFUSED", "no");
    const { ledger } = ledgerOf(server);
    await expect(ledger.definition(WANTED, () => Promise.reject(refused))).rejects.toBe(refused);
    expect(toldOf("forgetDefinition")).toMatchObject([{ revision: undefined }]);
    expect(await ledger.definition(WANTED, async () => 4)).toBe(4);
  });

  it("takes back the leave that a dead process of its name holds", async () => {
    let held = true;
    const { server } = fakeServer({
      claimDefinition: async () => ({ revision: null, granted: !held, waitMs: 60_000 * +held }),
      async forgetDefinition() {
        held = false;
        return true;
      },
    });
    expect(await ledgerOf(server).ledger.definition(WANTED, async () => 5)).toBe(5);
  });

  it("is not ended by the end of the attempt that was at it first", async () => {
    const registrations = new Registrations();
    const lease = new AbortController();
    let granted = false;
    const { server } = fakeServer({
      claimDefinition: async () => ({ revision: null, granted, waitMs: granted ? 0 : 60_000 }),
    });
    const first = ledgerOf(server, registrations, lease.signal).ledger;
    const second = ledgerOf(server, registrations).ledger;
    const ended = expect(first.definition(WANTED, async () => 1)).rejects.toMatchObject({
      code: "ATTEMPT_SUPERSEDED",
    });
    const going = second.definition(WANTED, async () => 2);
    setTimeout(() => {
      granted = true;
      lease.abort();
    }, 20);
    await ended;
    expect(await going).toBe(2);
  });

  it("keeps apart what is registered in two places, and forgets where it was registered", async () => {
    const { server, toldOf } = fakeServer();
    const { ledger } = ledgerOf(server);
    await ledger.definition(WANTED, async () => 1);
    await ledger.definition({ ...WANTED, scope: "elsewhere" }, async () => 1);
    const [here, elsewhere] = toldOf("recordDefinition");
    expect(here.hash).not.toBe(elsewhere.hash);
    await ledger.forgetDefinition("h", 1);
    expect(toldOf("forgetDefinition")).toEqual([{ hash: elsewhere.hash, revision: 1 }]);
  });
});
