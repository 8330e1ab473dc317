import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { familyIn, familyOfFlow } from "./family.ts";

describe("familyOfFlow", () => {
  it("obeys AWS's rule for every flow name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 400 }), (name) => {
        expect(familyOfFlow(name)).toMatch(/^[A-Za-z0-9_-]{1,255}$/);
      }),
    );
  });

  it("gives two flows two families, whatever their names are", () => {
    const names = fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }), {
      minLength: 2,
      maxLength: 20,
    });
    fc.assert(
      fc.property(names, (all) => {
        expect(new Set(all.map(familyOfFlow)).size).toBe(all.length);
      }),
    );
    const long = "x".repeat(300);
    expect(familyOfFlow(`${long}a`)).not.toBe(familyOfFlow(`${long}b`));
  });

  it("keeps a name that obeys it already", () => {
    expect(familyOfFlow("weather_report-2")).toBe("weather_report-2");
  });

  it("keeps names apart that differ only in what had to be changed", () => {
    expect(familyOfFlow("a b")).toMatch(/^a-b-[0-9a-f]{8}$/);
    expect(familyOfFlow("a b")).not.toBe(familyOfFlow("a/b"));
  });
});

describe("familyIn", () => {
  it.each(["arn:aws:ecs:eu-west-1:1:task-definition/own:3", "own:3", "own"])(
    "reads %s",
    (given) => {
      expect(familyIn(given)).toBe("own");
    },
  );
});
