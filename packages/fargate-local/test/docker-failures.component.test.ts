// component: docker registry
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Bench, definition, isStopped, launch, openBench, until } from "./local-fargate.ts";

const SECONDS_60 = 60_000;
/** Long enough for the program to say how it takes SIGTERM. */
const WHILE = "2s";
const POLITE = `
  process.on("SIGTERM", () => { console.log("asked to stop"); process.exit(3); });
  setInterval(() => {}, 1000);`;

const dockerHost = process.env["DOCKER_HOST"] ?? "";
const image = process.env["SLIPWAY_TEST_BASE_IMAGE"] ?? "";

let bench: Bench;

beforeAll(async () => {
  expect(dockerHost, "DOCKER_HOST names the engine to test with").not.toBe("");
  expect(image, "SLIPWAY_TEST_BASE_IMAGE names an image with node").not.toBe("");
  const failures = [
    { task: "out-of-memory", after: WHILE },
    { task: "termination-notice", after: WHILE },
  ];
  bench = await openBench({ driver: "docker", dockerHost, script: { failures } });
});

afterAll(() => bench.close());

const container = () => ({
  containerDefinitions: [{ name: "flow", image, entryPoint: ["node", "-e"], command: [POLITE] }],
});

it(
  "a container of the engine is killed without a word, or asked to stop, as the script says",
  async () => {
    const killed = await launch(bench.ecs, definition(image, container()));
    const first = await until(bench.ecs, killed, isStopped, SECONDS_60);
    expect(first.containers?.[0]).toMatchObject({
      exitCode: 137,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    });
    expect(bench.lines.join("\n")).not.toContain("asked to stop");
    const asked = await launch(bench.ecs, definition(image, container()));
    const second = await until(bench.ecs, asked, isStopped, SECONDS_60);
    expect(second).toMatchObject({ stopCode: "TerminationNotice" });
    expect(second.containers?.[0]?.exitCode).toBe(3);
    expect(bench.lines.join("\n")).toContain("asked to stop");
  },
  2 * SECONDS_60,
);
