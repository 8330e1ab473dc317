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
});
