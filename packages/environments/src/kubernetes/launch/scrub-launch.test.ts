import { describe, expect, it } from "vitest";
import { launchScrubber } from "./scrub-launch.ts";

const { text } = launchScrubber({
  namespace: "etl",
  jobSpec: {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: "harbour-job",
      labels: { harbourTeam: "x", "app.kubernetes.io/part-of": "y" },
    },
    spec: { template: { spec: { restartPolcy: "Never", "my-odd-key": 1 } } },
  },
});

describe("the cluster's words", () => {
  it("lose values, short names where they are quoted, and keys that are their author's words", () => {
    expect(text('jobs.batch "harbour-job-0a1b" in namespace "etl"')).toBe(
      'jobs.batch "‹jobSpec.metadata.name›-0a1b" in namespace "‹namespace›"',
    );
    expect(text("labels harbourTeam and app.kubernetes.io/part-of")).toBe(
      "labels ‹key 0 of jobSpec.metadata.labels› and ‹key 1 of jobSpec.metadata.labels›",
    );
    expect(text('unknown field "spec.my-odd-key"')).not.toContain("my-odd-key");
  });

  it("keep the API's own: fields, also misspelt ones, and words that look like a short name", () => {
    expect(text('etl of batch/v1: unknown field "spec.template.spec.restartPolcy"')).toBe(
      'etl of batch/v1: unknown field "spec.template.spec.restartPolcy"',
    );
  });

  it("lose an image in the parts in which its registry's address has it", () => {
    const pod = { containers: [{ image: "harbour.example:5000/tides/gauge:2026-stable" }] };
    const scrubber = launchScrubber({ jobSpec: { spec: { template: { spec: pod } } } });
    const at = "jobSpec.spec.template.spec.containers[0].image";
    expect(scrubber.text("Head http://h/v2/tides/gauge/manifests/2026-stable: refused")).toBe(
      `Head http://h/v2/‹repository of ${at}›/manifests/‹tag of ${at}›: refused`,
    );
  });
});
