// component: docker registry fargate
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvironmentLauncher, LaunchRequest, Observation } from "@slipway/core";
import { FargateTaskEnvironment } from "@slipway/environments";
import { createLauncher } from "@slipway/environments/launch";
import { readEnvironment } from "@slipway/storage/read";
import { memoryLedger, type RecordingProxy, startRecordingProxy, waitFor } from "@slipway/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { containerWith } from "./local-ecs.ts";
import { buildTestImage } from "./test-image.ts";

const registryUrl = process.env["SLIPWAY_TEST_REGISTRY"] ?? "";
const baseImage = process.env["SLIPWAY_TEST_BASE_IMAGE"] ?? "";
const ministack = process.env["SLIPWAY_TEST_MINISTACK"] ?? "";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

const ledger = memoryLedger();
let folder: string;
let proxy: RecordingProxy;
beforeAll(async () => {
  expect(ministack, "SLIPWAY_TEST_MINISTACK names the ECS endpoint to test with").not.toBe("");
  folder = await mkdtemp(join(tmpdir(), "slipway-ministack-"));
  proxy = await startRecordingProxy({ target: ministack });
});
afterAll(async () => {
  await proxy?.close();
  await rm(folder, { recursive: true, force: true });
});

/** An environment and its image; tasks share the host's network, so that they would reach a server on loopback. */
async function open(family: string, variables: Readonly<Record<string, string>>) {
  const environment = new FargateTaskEnvironment({
    family,
    launchType: "EC2",
    networkMode: "host",
    containerDefinitions: containerWith(variables).map((container) => ({
      ...container,
      memory: 256,
    })),
  });
  const image = await buildTestImage(folder, environment, {
    registryUrl,
    baseImage,
    imageName: family,
  });
  const defaults = { endpoint: proxy.url, region: "eu-west-1", credentials };
  const request: LaunchRequest = {
    installationId: "tests",
    flowName: family,
    flowRunId: randomUUID(),
    attempt: 1,
    attemptId: randomUUID(),
    image,
    apiUrl: "none",
    bootstrapToken: "slb_none",
    earlier: [],
    variant: 0,
  };
  return { launcher: await createLauncher(await readEnvironment(image), defaults), request };
}

async function launchToItsEnd(launcher: EnvironmentLauncher, request: LaunchRequest) {
  await launcher.setup(request, ledger);
  const infrastructure = await launcher.execute(request, ledger);
  let last: Observation | undefined;
  await waitFor(
    async () => {
      last = await launcher.observe(infrastructure);
      return last.status === "stopped";
    },
    { timeoutMs: 60_000 },
  );
  return { infrastructure, diagnosis: last?.status === "stopped" ? last.diagnosis : undefined };
}

const sent = (operation: string) =>
  proxy.requests
    .filter(({ headers }) => String(headers["x-amz-target"]).endsWith(`.${operation}`))
    .map(({ body }) => JSON.parse(body));

describe("an ECS endpoint that others wrote", () => {
  it("runs the container, and its exit code arrives", async () => {
    const { launcher, request } = await open("exit-three", { TEST_EXIT_CODE: "3" });
    const { diagnosis } = await launchToItsEnd(launcher, request);
    expect(diagnosis).toMatchObject({
      cause: "EssentialContainerExited",
      evidence: { containers: [{ name: "main", exitCode: 3 }] },
    });
  });

  it("is sent what was rendered, and registers a second run's definition no second time", async () => {
    const { launcher, request } = await open("exit-zero", { TEST_EXIT_CODE: "0" });
    const { infrastructure, diagnosis } = await launchToItsEnd(launcher, request);
    expect(diagnosis).toMatchObject({ evidence: { containers: [{ exitCode: 0 }] } });
    const registrations = () =>
      sent("RegisterTaskDefinition").filter(({ family }) => family === "exit-zero");
    expect(launcher.render(request, infrastructure)).toEqual({
      RegisterTaskDefinition: registrations()[0],
      RunTask: sent("RunTask").at(-1),
    });
    expect(await launcher.find(request)).toMatchObject({ id: infrastructure.id });
    await launcher.setup({ ...request, flowRunId: randomUUID(), attemptId: randomUUID() }, ledger);
    expect(registrations()).toHaveLength(1);
  });

  it("says that an image cannot be pulled", async () => {
    const { launcher, request } = await open("no-image", {});
    const image = `${registryUrl}/absent@sha256:${"0".repeat(64)}`;
    const { diagnosis } = await launchToItsEnd(launcher, { ...request, image });
    expect(diagnosis).toMatchObject({ cause: "ImageNotFound" });
  });
});
