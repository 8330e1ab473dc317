import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FargateLocal, startFargateLocal } from "@slipway/fargate-local";
import { type RecordingProxy, startRecordingProxy } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ARGUMENTS, arrived, environmentOf, expected, launchOnce } from "./argument-table.ts";

let folder: string;
let fargate: FargateLocal;
let ecs: RecordingProxy;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-e2e-"));
  fargate = await startFargateLocal({ port: 0, dataDir: folder, driver: "process" });
  ecs = await startRecordingProxy({ target: fargate.url });
});
afterAll(async () => {
  await ecs.close();
  await fargate.close();
  await rm(folder, { recursive: true, force: true });
});

describe("each argument, on local Fargate", () => {
  it.each(ARGUMENTS)("$name arrives as it was given, but for the listed changes", async (row) => {
    const before = ecs.requests.length;
    const { thrown } = await launchOnce(environmentOf(row), ecs.url);
    const requests = ecs.requests.slice(before);
    if (row.refused === undefined) expect(thrown).toBeUndefined();
    else expect(String(thrown)).toMatch(row.refused);
    // What Fargate refuses ends at the first call that takes it.
    const calls = row.refused === undefined ? row.calls : row.calls.slice(0, 1);
    for (const call of calls) {
      const sent = arrived(requests, call);
      expect(sent[row.name], call).toEqual(expected(row, sent));
    }
  });
});
