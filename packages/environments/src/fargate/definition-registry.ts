import { type CallRate, isSlipwayError, type JsonObject, type LaunchLedger } from "@slipway/core";
import { textOf } from "../plain-read.ts";
import { emptyAnswer, exceptionOf } from "./cloud-error.ts";
import type { Ecs } from "./ecs.ts";
import { HASH_TAG } from "./tags.ts";
import { definitionHash } from "./task-definition.ts";

/** AWS allows 20 registrations at once and 1 a second ("Amazon ECS API throttling"). */
const RATE: CallRate = { operation: "RegisterTaskDefinition", burst: 20, perSecond: 1 };

/**
 * Gives the revision that has exactly a rendered definition's content. The ledger knows what agents registered; the
 * hash that stands as a tag on the family's latest revision knows it where the ledger was lost. What AWS sends back
 * is never compared: AWS adds defaults and changes the order.
 */
export class DefinitionRegistry {
  readonly #ecs: Ecs;
  /** By the hash of the content: what is known, or under way. */
  readonly #revisions = new Map<string, Promise<number>>();

  constructor(ecs: Ecs) {
    this.#ecs = ecs;
  }

  async revisionOf(rendered: JsonObject, ledger: LaunchLedger): Promise<number> {
    const hash = definitionHash(rendered);
    const known = this.#revisions.get(hash);
    if (known === undefined) return this.#ask(hash, rendered, ledger);
    try {
      return await known;
    } catch (error) {
      // The attempt that asked has ended, which says nothing of this one.
      if (!isSlipwayError(error, "ATTEMPT_SUPERSEDED")) throw error;
      return this.revisionOf(rendered, ledger);
    }
  }

  /** ECS does not take the revision any more, so the next to ask has it registered again. */
  async forget(rendered: JsonObject, revision: number, ledger: LaunchLedger): Promise<void> {
    const hash = definitionHash(rendered);
    this.#revisions.delete(hash);
    await ledger.forgetDefinition(hash, revision);
  }

  #ask(hash: string, rendered: JsonObject, ledger: LaunchLedger): Promise<number> {
    const asked = this.#ecs
      .scope()
      .then((scope) =>
        ledger.definition({ hash, scope, rate: RATE }, () => findOrRegister(this.#ecs, rendered)),
      );
    this.#revisions.set(hash, asked);
    // Only what is known is kept, so that a failure is not the answer for ever.
    asked.catch(() => {
      if (this.#revisions.get(hash) === asked) this.#revisions.delete(hash);
    });
    return asked;
  }
}

async function findOrRegister(ecs: Ecs, rendered: JsonObject): Promise<number> {
  const known = await findLatest(ecs, rendered);
  if (known !== undefined) return known;
  const { taskDefinition } = await ecs.registerTaskDefinition(rendered);
  if (taskDefinition?.revision === undefined) throw emptyAnswer("RegisterTaskDefinition");
  return taskDefinition.revision;
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
export function isUnknownFamily(error: unknown): boolean {
  return (
    exceptionOf(error) === "ClientException" &&
    isSlipwayError(error) &&
    error.details["cause"] === "DefinitionInactive"
  );
}
