import { readFile } from "node:fs/promises";
import { ERROR_CODES } from "@slipway/core";
import { describe, expect, it } from "vitest";

const page = await readFile(new URL("../../docs/errors.md", import.meta.url), "utf8");
const sections = [...page.matchAll(/^### (?<code>.+)\n(?<text>[\s\S]*?)(?=^#|(?![\s\S]))/gm)];
const described = sections.map(({ groups }) => groups?.["code"]);

describe("docs/errors.md", () => {
  it("has a heading for every error code, and for nothing else", () => {
    expect(described.toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted());
  });

  it.each(Object.entries(ERROR_CODES))(
    "gives the exit code of %s, a cause and a remedy",
    (code, exitCode) => {
      const text = sections[described.indexOf(code)]?.groups?.["text"] ?? "";
      expect(text).toMatch(new RegExp(`^Exit code ${exitCode}\\. .{40}`, "s"));
    },
  );
});
