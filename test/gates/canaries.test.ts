import { stripVTControlCharacters } from "node:util";
import { withTempDir } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { GATES, runGate } from "../../scripts/gates.mjs";
import { addFixture, canariesOf, makeWorkspace } from "./workspace.ts";

/** JSON has no comments to say what refuses it. */
const UNUSED = { file: "packages/agent/package.json", refusal: "Unused dependencies" };

/** Runs one gate of the check over a workspace of its own, with a gate's wrong files or without. */
async function judge(gate: string, fixture?: string) {
  return await withTempDir(async (directory) => {
    await makeWorkspace(directory);
    if (fixture !== undefined) await addFixture(directory, fixture);
    const { passed, output } = await runGate(gate, directory);
    return { passed, output: stripVTControlCharacters(output) };
  });
}

/** Tools say one refusal after the other; knip has sections, whose title names the rule. */
function refusalsIn(output: string): string[] {
  return output.split(/^Un\w+ [\w ]+ \(\d+\)$/m.test(output) ? /\n(?=Un\w+ )/ : /\n\s*\n|\n(?=\S)/);
}

describe.each(Object.keys(GATES))("the gate %s", async (gate) => {
  const canaries = [...(await canariesOf(gate)), ...(gate === "dead-code" ? [UNUSED] : [])];

  it("accepts what is right", async () => {
    const { passed, output } = await judge(gate);
    expect(passed, output).toBe(true);
  });

  it("has a wrong file to refuse", () => {
    expect(canaries).not.toEqual([]);
  });

  it("refuses each wrong file by the rule that is meant", async () => {
    const { passed, output } = await judge(gate, gate);
    const refusals = refusalsIn(output);
    const missed = canaries.filter(
      ({ file, refusal }) =>
        !refusals.some((text) => text.includes(file) && text.includes(refusal)),
    );
    expect(missed, output).toEqual([]);
    expect(passed).toBe(false);
  });
});
