import type { ContainerLine, ContainerLogSink, EnvironmentLauncher } from "@slipway/core";
import { SlipwayError } from "@slipway/core";
import { waitFor } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import {
  ATTEMPT,
  claimOf,
  fakeAttempt,
  fakeLauncher,
  fakeServer,
  INFRASTRUCTURE,
} from "../test/fakes.ts";
import { followContainerLogs } from "./following-logs.ts";
import type { AgentServer } from "./server-port.ts";

type Follow = EnvironmentLauncher["followLogs"];

const line = (message: string, second = 0): ContainerLine => ({
  timestamp: `2026-01-01T00:00:${String(second).padStart(2, "0")}.000000000Z`,
  message,
});

function following(followLogs: Follow, more: Partial<AgentServer> = {}, claim = claimOf()) {
  const { server, toldOf } = fakeServer(more);
  const { attempt, events, lease } = fakeAttempt(server, claim);
  const launcher = fakeLauncher({ followLogs });
  const logs = followContainerLogs(attempt, launcher, INFRASTRUCTURE, attempt.signal);
  const troubles = () => events.filter(({ kind }) => kind === "trouble");
  const recorded = () =>
    toldOf("recordContainerLogs").flatMap(({ container, lines }) =>
      lines.map(({ message }: ContainerLine) => `${container} ${message}`),
    );
  return { logs, lease, troubles, recorded, toldOf };
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));

describe("following containers' logs", () => {
  it("records what is written, and waits at the end for what is still to come", async () => {
    const { logs, recorded } = following(async (_, sink) => {
      await sink.take("containers[1]", [line("first")]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await sink.take("initContainers[0]", [line("last")]);
    });
    await logs.drain(3_000);
    expect(recorded()).toEqual(["containers[1] first", "initContainers[0] last"]);
  });

  it("holds no end up for longer than that, whatever the platform does", async () => {
    const { logs } = following(() => new Promise(() => {}));
    const before = performance.now();
    await logs.drain(40);
    expect(performance.now() - before).toBeLessThan(500);
  });

  it("holds no end up where the server is away", async () => {
    const away = new SlipwayError("SERVER_UNREACHABLE", "away");
    const { logs, troubles } = following((_, sink) => sink.take("containers[1]", [line("lost")]), {
      recordContainerLogs: () => Promise.reject(away),
    });
    await logs.drain(40);
    expect(troubles()).toEqual([]);
  });

  it("goes on after failures, behind what was taken, and tells of the first one alone", async () => {
    const seen: Readonly<Record<string, string>>[] = [];
    let calls = 0;
    const { logs, recorded, troubles } = following(async (_, sink) => {
      calls += 1;
      seen.push({ ...sink.cursors });
      await sink.take("containers[1]", [line(`line ${calls}`, calls)]);
      if (calls < 3) throw new Error("the stream broke");
    });
    await logs.drain(3_000);
    expect(recorded()).toEqual([1, 2, 3].map((call) => `containers[1] line ${call}`));
    expect(seen.map((cursors) => cursors["containers[1]"])).toEqual([
      undefined,
      line("", 1).timestamp,
      line("", 2).timestamp,
    ]);
    expect(troubles()).toMatchObject([{ message: "the stream broke" }]);
  });

  it("begins behind what the claim says is kept", async () => {
    const cursors: unknown[] = [];
    const follow: Follow = async (_, sink) => void cursors.push({ ...sink.cursors });
    const logCursors = { "containers[1]": line("", 5).timestamp };
    await following(follow, {}, claimOf({ logCursors })).logs.drain(100);
    expect(cursors).toEqual([logCursors]);
  });

  it("wants the flow's own container until the server says that its process has checked in", async () => {
    const wants: boolean[] = [];
    const look = async (sink: ContainerLogSink) => {
      wants.push(sink.wantsFlowContainer);
      await sink.take("containers[0]", [line("npm warn")]);
      wants.push(sink.wantsFlowContainer);
    };
    const { logs } = following((_, sink) => look(sink), {
      recordContainerLogs: async () => ({ cursor: line("").timestamp, startedAt: "2026" }),
    });
    await logs.drain(1_000);
    const started = claimOf({ attempt: { ...ATTEMPT, startedAt: "2026" } });
    await following(
      async (_, sink) => void wants.push(sink.wantsFlowContainer),
      {},
      started,
    ).logs.drain(1_000);
    expect(wants).toEqual([true, false, false]);
  });

  it("sends no more at once than the server takes, and keeps lines of one moment together", async () => {
    const many = Array.from({ length: 1_200 }, (_, index) => line("x", index < 700 ? 1 : 2));
    const large = Array.from({ length: 6 }, (_, index) => line("y".repeat(100_000), 10 + index));
    const { logs, toldOf } = following(async (_, sink) => {
      await sink.take("containers[1]", many);
      await sink.take("containers[2]", large);
    });
    await logs.drain(3_000);
    const sizes = toldOf("recordContainerLogs").map(({ lines }) => lines.length);
    expect(sizes).toEqual([700, 500, 3, 3]);
  });

  it("passes over lines that the server refuses", async () => {
    const refused = new SlipwayError("INVALID_ARGUMENT", "no such time");
    let calls = 0;
    const { logs, troubles } = following(
      async (_, sink) => {
        await sink.take("containers[1]", [line("odd")]);
        await sink.take("containers[1]", [line("even", 1)]);
      },
      {
        async recordContainerLogs({ lines }) {
          calls += 1;
          if (lines[0]?.message === "odd") throw refused;
          return { cursor: "c", startedAt: null };
        },
      },
    );
    await logs.drain(3_000);
    expect([calls, troubles().length]).toEqual([2, 1]);
  });

  it("ends without a word where the attempt is another agent's, or is let go of", async () => {
    let calls = 0;
    const superseded = new SlipwayError("ATTEMPT_SUPERSEDED", "another's");
    const one = following(
      async (_, sink) => {
        calls += 1;
        await sink.take("containers[1]", [line("late")]);
      },
      { recordContainerLogs: () => Promise.reject(superseded) },
    );
    await one.logs.drain(1_000);
    let ended = false;
    const other = following(async (_, __, signal) => {
      await untilAborted(signal);
      ended = true;
      throw new Error("aborted");
    });
    other.lease.abort();
    await waitFor(() => ended);
    await other.logs.drain(0);
    expect([calls, one.troubles(), other.troubles()]).toEqual([1, [], []]);
  });
});
