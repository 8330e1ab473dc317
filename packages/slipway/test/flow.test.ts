import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { Flow, localResult, task } from "../src/index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-flow-"));
  vi.stubEnv("SLIPWAY__RESULTS__DIRECTORY", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const square = task("square", ({ x }: { x: number }) => x * x);
const report = task(
  "report",
  { result: localResult({ location: "{parameters.name}.md", serializer: "text" }) },
  ({ squares }: { squares: readonly number[] }) => squares.join(" "),
);

const flow = new Flow("squares", {}, ({ parameter }) => {
  parameter("name", z.string());
  const numbers = parameter("numbers", z.array(z.number()), { default: [1, 2] });
  report({ squares: square.map({ x: numbers }) });
});

describe("flow.run", () => {
  it("runs in this process and answers states, values and results", async () => {
    const { state, tasks } = await flow.run({ parameters: { name: "a" } });
    expect(state.type).toBe("Success");
    expect(tasks.get("square")?.value).toEqual([1, 4]);
    const location = join(folder, "a.md");
    expect(tasks.get("report")?.state).toMatchObject({ result: { location } });
    expect(await readFile(location, "utf8")).toBe("1 4");
  });

  it("refuses wrong parameters before anything runs", async () => {
    await expect(flow.run()).rejects.toMatchObject({ code: "MISSING_PARAMETER" });
    await expect(flow.run({ parameters: { name: 1 } })).rejects.toMatchObject({
      code: "INVALID_PARAMETER",
    });
  });
});
