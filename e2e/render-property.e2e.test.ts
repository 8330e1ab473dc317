import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalJson } from "@slipway/core";
import { FargateTaskEnvironment } from "@slipway/environments";
import { type FargateLocal, startFargateLocal } from "@slipway/fargate-local";
import { type RecordedRequest, type RecordingProxy, startRecordingProxy } from "@slipway/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arbitraryArguments } from "../packages/environments/test/arbitrary-arguments.ts";
import { launchOnce } from "./argument-table.ts";

const RUNS = 200;

let folder: string;
let fargate: FargateLocal;
let ecs: RecordingProxy;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-e2e-"));
  // Nothing is started: what was accepted waits for capacity that does not come.
  const script = { failures: [{ task: "capacity-provider" as const, after: "1h", every: 1 }] };
  fargate = await startFargateLocal({ port: 0, dataDir: folder, driver: "process", script });
  ecs = await startRecordingProxy({ target: fargate.url });
});
afterAll(async () => {
  await ecs.close();
  await fargate.close();
  await rm(folder, { recursive: true, force: true });
});

/** The SDK writes the keys of an object in the order of AWS's model, so both sides are put into one order first. */
function bodies(requests: readonly RecordedRequest[], operation: string): readonly string[] {
  return requests
    .filter(({ headers }) => String(headers["x-amz-target"]).endsWith(`.${operation}`))
    .map(({ body }) => canonicalJson(JSON.parse(body)));
}

describe("what is rendered for any valid configuration", () => {
  it("is what the endpoint receives, to the byte, and ECS takes it", {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryArguments, async (args) => {
        const before = ecs.requests.length;
        const { rendered, thrown } = await launchOnce(new FargateTaskEnvironment(args), ecs.url);
        expect(thrown).toBeUndefined();
        const requests = ecs.requests.slice(before);
        expect(bodies(requests, "RunTask")).toEqual([canonicalJson(rendered["RunTask"] ?? null)]);
        for (const body of bodies(requests, "RegisterTaskDefinition")) {
          expect(body).toBe(canonicalJson(rendered["RegisterTaskDefinition"] ?? null));
        }
      }),
      { numRuns: RUNS },
    );
  });
});
