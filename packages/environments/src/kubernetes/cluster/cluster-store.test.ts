import { describe, expect, it } from "vitest";
import type { SeenEvent, SeenJob, SeenPod } from "../sight.ts";
import { ClusterStore } from "./cluster-store.ts";

const job = (uid: string): SeenJob => ({
  uid,
  name: `name-${uid}`,
  creationTimestamp: "2026-01-01T00:00:00Z",
  labels: {},
  backoffLimit: 0,
  suspend: false,
  active: 0,
  failed: 0,
  succeeded: 0,
  conditions: [],
});

const pod = (uid: string, ownerUid: string, second = 0): SeenPod => ({
  uid,
  name: `name-${uid}`,
  ownerUid,
  creationTimestamp: `2026-01-01T00:00:0${second}Z`,
  restartPolicy: "Never",
  phase: "Pending",
  conditions: [],
  containers: [],
  initContainers: [],
});

const event = (uid: string, involvedUid: string, more: Partial<SeenEvent> = {}): SeenEvent => ({
  uid,
  involvedKind: "Pod",
  involvedUid,
  type: "Normal",
  reason: uid,
  message: "",
  at: "2026-01-01T00:00:00Z",
  count: 1,
  ...more,
});

describe("ClusterStore", () => {
  it("brings a Job's pods and their events together, whatever comes first", () => {
    const store = new ClusterStore();
    store.putEvent(event("early", "p1"));
    store.putPod(pod("p2", "j", 2));
    store.putPod(pod("p1", "j", 1));
    store.putJob(job("j"));
    store.putEvent(event("late", "j", { at: "2026-01-01T00:00:09Z" }));
    store.putEvent(event("other", "elsewhere"));
    const sight = store.sight("j");
    expect(sight.job?.uid).toBe("j");
    expect(sight.pods.map(({ uid }) => uid)).toEqual(["p1", "p2"]);
    expect(sight.events.map(({ uid }) => uid)).toEqual(["early", "late"]);
  });

  it("still knows pods that are gone, and for a while a Job that is", () => {
    const store = new ClusterStore();
    store.putJob(job("j"));
    store.putPod(pod("p", "j"));
    store.putEvent(event("e", "p"));
    store.dropPod("p");
    store.dropJob("j");
    const sight = store.sight("j");
    expect([sight.job, sight.pods]).toEqual([undefined, []]);
    expect(sight.gone?.map(({ uid }) => uid)).toEqual(["p"]);
    expect(sight.events.map(({ uid }) => uid)).toEqual(["e"]);
    for (let count = 0; count < 500; count += 1) {
      store.putJob(job(`later-${count}`));
      store.dropJob(`later-${count}`);
    }
    expect(store.sight("j")).toEqual({ job: undefined, pods: [], gone: [], events: [] });
  });

  it("keeps a Job's last events, and the newest of each that repeats", () => {
    const store = new ClusterStore();
    store.putJob(job("j"));
    const at = (second: number) => new Date(second * 1_000).toISOString();
    for (let count = 0; count < 100; count += 1) {
      store.putEvent(event(`e${count}`, "j", { at: at(count) }));
    }
    store.putEvent(event("e80", "j", { at: at(200), count: 7 }));
    const { events } = store.sight("j");
    expect(events).toHaveLength(30);
    expect(events.at(-1)).toMatchObject({ uid: "e80", count: 7 });
  });

  it("rings for a Job's own changes, and for others where a listener throws", () => {
    const store = new ClusterStore();
    const rung: string[] = [];
    store.onChange("j", () => {
      throw new Error("a listener's own");
    });
    const off = store.onChange("j", () => rung.push("j"));
    store.putPod(pod("p", "j"));
    store.putPod(pod("q", "k"));
    store.putEvent(event("e", "p"));
    store.putEvent(event("e", "p"));
    store.dropPod("p");
    expect(rung).toHaveLength(3);
    off();
    store.putJob(job("j"));
    expect(rung).toHaveLength(3);
  });
});
