import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const FILE = fileURLToPath(new URL("../src/fargate/options.ts", import.meta.url));

/** The documentation that an editor shows for the properties of an exported type. */
function documentationOf(typeName: string): ReadonlyMap<string, string> {
  const program = ts.createProgram([FILE], {
    strict: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    customConditions: ["slipway-source"],
    noEmit: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(FILE);
  const module = file && checker.getSymbolAtLocation(file);
  const symbol = module && checker.getExportsOfModule(module).find(({ name }) => name === typeName);
  if (symbol === undefined) throw new Error(`${FILE} exports no ${typeName}`);
  const properties = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
  return new Map(
    properties.map((property) => [
      property.name,
      ts.displayPartsToString(property.getDocumentationComment(checker)),
    ]),
  );
}

describe("in an editor", () => {
  const shown = documentationOf("FargateTaskEnvironmentOptions");

  it("every argument has its documentation, AWS's own where the field is AWS's", () => {
    expect(shown.get("ephemeralStorage")).toContain("ephemeral storage");
    expect(shown.get("startedBy")).toContain("optional tag");
    expect(shown.get("region")).not.toBe("");
    const silent = [...shown].filter(([, words]) => words === "").map(([name]) => name);
    expect(silent).toEqual([]);
  });
});
