// component: docker fargate
import { type RecordingProxy, startRecordingProxy } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ARGUMENTS, arrived, environmentOf, expected, launchOnce } from "./argument-table.ts";
import { componentSetting } from "./component-settings.ts";

let ecs: RecordingProxy;
beforeAll(async () => {
  ecs = await startRecordingProxy({ target: componentSetting("ministack") });
});
afterAll(() => ecs.close());

describe("each argument, on an ECS that others wrote", () => {
  it.each(ARGUMENTS)("$name arrives as it was given, but for the listed changes", async (row) => {
    const before = ecs.requests.length;
    await launchOnce(environmentOf(row), ecs.url);
    const requests = ecs.requests.slice(before);
    for (const call of row.calls) {
      const sent = arrived(requests, call);
      expect(sent[row.name], call).toEqual(expected(row, sent));
    }
  });
});
