import { describe, expect, it } from "vitest";
import { RIGHTS } from "../../packages/environments/src/kubernetes/rights.ts";
import { readChart } from "./chart.ts";

const RULE =
  /- apiGroups: \[(?<groups>.*)\]\n +resources: \[(?<resources>.*)\]\n +verbs: \[(?<verbs>.*)\]/g;

function listOf(text = ""): readonly string[] {
  return text.split(", ").map((item) => item.replaceAll('"', ""));
}

/** Each right of the Role on a line of its own. */
function rightsOfTheRole(): readonly string[] {
  return [...readChart("templates/rbac.yaml").matchAll(RULE)].flatMap(({ groups }) =>
    listOf(groups?.["groups"]).flatMap((group) =>
      listOf(groups?.["resources"]).flatMap((resource) =>
        listOf(groups?.["verbs"]).map((verb) => `${verb} ${resource} of "${group}"`),
      ),
    ),
  );
}

describe("the chart's Role", () => {
  it("holds what launching needs, and nothing else", () => {
    const needed = RIGHTS.map(
      ({ apiGroup, resource, verb }) => `${verb} ${resource} of "${apiGroup}"`,
    );
    expect(rightsOfTheRole().toSorted()).toEqual(needed.toSorted());
  });

  it("is of one namespace", () => {
    expect(readChart("templates/rbac.yaml")).not.toMatch(/kind: Cluster/);
  });
});
