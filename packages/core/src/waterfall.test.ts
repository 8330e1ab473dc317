import { describe, expect, it } from "vitest";
import { spansOf } from "./waterfall.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

describe("spansOf", () => {
  it("names each stretch after what its later step ends", () => {
    const spans = spansOf({
      pullStoppedAt: at(9),
      claimedAt: at(0),
      createdAt: at(1),
      connectivityAt: at(4),
      pullStartedAt: at(5),
      startedAt: at(10),
    });
    expect(spans.map(({ name, milliseconds }) => [name, milliseconds])).toEqual([
      ["launch", 1000],
      ["network interface", 3000],
      ["preparation", 1000],
      ["image pull", 4000],
      ["container start", 1000],
    ]);
  });

  it("goes by time where two clocks disagree, and never answers a negative stretch", () => {
    const spans = spansOf({ startedAt: at(6), processStartedAt: at(5), bootedAt: at(6) });
    expect(spans.map(({ name }) => name)).toEqual(["word of the start", "runtime boot"]);
    expect(spans.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
  });

  it("tells who said first that the container started, and a run only where a process ran", () => {
    const names = (timeline: Record<string, string>) => spansOf(timeline).map(({ name }) => name);
    const [pulled, first, second, stopping] = [at(1), at(2), at(3), at(9)];
    expect(
      names({
        pullStoppedAt: pulled,
        processStartedAt: first,
        startedAt: second,
        stoppingAt: stopping,
      }),
    ).toEqual(["container start", "word of the start", "run"]);
    expect(names({ pullStoppedAt: pulled, startedAt: first, processStartedAt: second })).toEqual([
      "container start",
      "process start",
    ]);
    expect(names({ pullStoppedAt: pulled, stoppingAt: stopping })).toEqual(["until it stopped"]);
  });

  it("names the stretches of a pod as those of a task", () => {
    const spans = spansOf({
      claimedAt: at(0),
      jobCreatedAt: at(1),
      podCreatedAt: at(2),
      scheduledAt: at(5),
      pullStartedAt: at(6),
      pullStoppedAt: at(9),
      startedAt: at(10),
      processStartedAt: at(11),
      finishedAt: at(20),
    });
    expect(spans.map(({ name, milliseconds }) => [name, milliseconds])).toEqual([
      ["launch", 1000],
      ["pod creation", 1000],
      ["wait for a node", 3000],
      ["preparation", 1000],
      ["image pull", 3000],
      ["container start", 1000],
      ["process start", 1000],
      ["run", 9000],
    ]);
  });

  it("puts steps of a pod that one second holds in the order in which they come", () => {
    const second = at(1);
    const spans = spansOf({
      initializedAt: second,
      startedAt: second,
      scheduledAt: second,
      podCreatedAt: second,
      jobCreatedAt: second,
    });
    expect(spans.map(({ name }) => name)).toEqual([
      "pod creation",
      "wait for a node",
      "init containers",
      "container start",
    ]);
  });

  it("passes over steps that it does not know and times that are none", () => {
    expect(spansOf({ createdAt: at(1), teaAt: at(2), startedAt: "soon" })).toEqual([]);
  });
});
