import { messageOf, SlipwayError } from "@slipway/core";
import type { Driver, ImageRequest } from "../drivers/driver.ts";
import { pullReason } from "../drivers/pull-reason.ts";
import type { TaskDefinition } from "../model/task-definition.ts";
import type { ContainerSecrets } from "../secrets/resolve-secrets.ts";
import { imageRequest } from "./container-request.ts";

/** Pulls each image of a task once. Throws `LAUNCH_FAILED` in AWS's words. */
export async function pullImages(
  driver: Driver,
  definition: TaskDefinition,
  secrets: ReadonlyMap<string, ContainerSecrets>,
): Promise<void> {
  const requests = definition.containerDefinitions.map((container) =>
    imageRequest(container, definition, secrets.get(container.name)),
  );
  const byKey = new Map(requests.map((request) => [JSON.stringify(request), request]));
  await Promise.all([...byKey.values()].map((request) => pull(driver, request)));
}

async function pull(driver: Driver, image: ImageRequest): Promise<void> {
  try {
    await driver.pull(image);
  } catch (cause) {
    throw notPulled(image.reference, cause);
  }
}

function notPulled(image: string, cause: unknown): SlipwayError {
  const reason = pullReason(image, messageOf(cause));
  return new SlipwayError("LAUNCH_FAILED", reason, { image }, { cause });
}
