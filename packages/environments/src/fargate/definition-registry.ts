import { isSlipwayError, type JsonObject, SlipwayError } from "@slipway/core";
import { textOf } from "../plain-read.ts";
import type { Ecs } from "./ecs.ts";
import { definitionHash, HASH_TAG } from "./task-definition.ts";

/** Registrations under way in this process, by where they go and what they register. */
const underWay = new Map<string, Promise<number>>();

/**
 * Gives the revision that has exactly this content, and registers it where the family's latest has another. Looks at
 * the hash that it left as a tag, never at what AWS sends back: AWS adds defaults and changes the order.
 * `where` tells accounts and endpoints apart, so that each has its own registration.
 */
export function ensureDefinition(ecs: Ecs, rendered: JsonObject, where: string): Promise<number> {
  const key = `${where} ${definitionHash(rendered)}`;
  const running = underWay.get(key);
  if (running !== undefined) return running;
  const started = findOrRegister(ecs, rendered).finally(() => underWay.delete(key));
  underWay.set(key, started);
  return started;
}

async function findOrRegister(ecs: Ecs, rendered: JsonObject): Promise<number> {
  const known = await findLatest(ecs, rendered);
  if (known !== undefined) return known;
  const { taskDefinition } = await ecs.registerTaskDefinition(rendered);
  if (taskDefinition?.revision !== undefined) return taskDefinition.revision;
  throw new SlipwayError(
    "LAUNCH_FAILED",
    "AWS ECS registered the task definition but named no revision; try again",
    { operation: "RegisterTaskDefinition" },
  );
}

async function findLatest(ecs: Ecs, rendered: JsonObject): Promise<number | undefined> {
  const family = textOf(rendered["family"]) ?? "";
  try {
    const { taskDefinition, tags } = await ecs.describeTaskDefinition({
      taskDefinition: family,
      include: ["TAGS"],
    });
    const hash = tags?.find(({ key }) => key === HASH_TAG)?.value;
    const same = hash === definitionHash(rendered) && taskDefinition?.status !== "INACTIVE";
    return same ? taskDefinition?.revision : undefined;
  } catch (error) {
    if (isUnknownFamily(error)) return undefined;
    throw error;
  }
}

/** Only this means that there is none: a refusal or a rate limit says nothing of what is there. */
function isUnknownFamily(error: unknown): boolean {
  return (
    isSlipwayError(error, "CLOUD_REFUSED") &&
    error.details["exception"] === "ClientException" &&
    /Unable to (describe|find) task definition/i.test(String(error.details["message"]))
  );
}
