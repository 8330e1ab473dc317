import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REQUEST } from "../../test/launch-request.ts";
import { definitionTags, taskTags } from "./tags.ts";

const TEAM = { key: "team", value: "harbour" };

describe("tags", () => {
  it("of a definition are the author's, the hash and the flow, which its tasks get by propagation", () => {
    expect(definitionTags([TEAM], "ab12", REQUEST)).toEqual([
      TEAM,
      { key: "slipway:definition-hash", value: "ab12" },
      { key: "slipway:flow", value: "weather-report" },
    ]);
  });

  it("of a task are the author's, the attempt and the run", () => {
    expect(taskTags([TEAM], REQUEST)).toEqual([
      TEAM,
      { key: "identifier", value: REQUEST.attemptId },
      { key: "flow_run_id", value: REQUEST.flowRunId },
    ]);
  });

  it("under Slipway's names are replaced", () => {
    const given = [{ key: "identifier", value: "mine" }, TEAM];
    expect(taskTags(given, REQUEST).filter(({ key }) => key === "identifier")).toEqual([
      { key: "identifier", value: REQUEST.attemptId },
    ]);
  });

  it("have values in AWS's characters, whatever the flow's name is", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(name, (flowName) => {
        const flow = definitionTags([], "", { ...REQUEST, flowName })[1]?.["value"];
        expect(flow).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u);
      }),
    );
  });
});
