import { createHash, randomBytes, randomUUID } from "node:crypto";
import { canonicalJson } from "@slipway/core";
import { providersOf } from "../../model/capacity-providers.ts";
import { newTask, tagsOf } from "../../model/new-task.ts";
import { assertAccepted, refusal, toError } from "../../model/refusal.ts";
import { type RunTask, runTaskSchema } from "../../model/run-task.ts";
import { checkRunTask, checkRunTaskInput, strategyOf } from "../../model/run-task-rules.ts";
import { checkTags, isUserTag } from "../../model/tags.ts";
import type { ClientTokenRecord, Store, TaskRecord } from "../../store/store.ts";
import { findCluster, findDefinition } from "../lookup.ts";
import { defineOperation, type OperationContext } from "../operation.ts";

interface TokenUse {
  readonly key: string;
  readonly fingerprint: string;
}

export const runTask = defineOperation(runTaskSchema, async (input, context) => {
  const { store, region, tasks, now } = context;
  assertAccepted(checkRunTaskInput(input));
  const cluster = findCluster(store, input.cluster);
  const use = tokenUse(input, region, cluster.name);
  const earlier = use && findEarlier(store, use);
  if (earlier !== undefined) return answer(earlier);
  const found = findDefinition(store, input.taskDefinition ?? "");
  if (found === undefined) throw toError(refusal("ClientException", "TaskDefinition not found."));
  const { definition, tags: definitionTags } = found;
  const subject = { input, definition, cluster };
  assertAccepted(checkRunTask(subject));
  assertAccepted(checkTags(tagsOf(subject, definitionTags).filter(isUserTag)));
  const count = input.count ?? 1;
  const strategy = strategyOf(subject);
  const records = providersOf(strategy, count).map((provider): TaskRecord => {
    const id = randomBytes(16).toString("hex");
    const facts = { id, region, at: now(), provider, definitionTags, newId: randomUUID };
    const task = newTask(subject, facts);
    return { id, cluster: cluster.name, region, task, handles: {} };
  });
  // Nothing is awaited between the look for the token and this, so two requests can't both pass.
  await writeDown(context, records, use);
  for (const record of records) tasks.launch(record, definition);
  return answer(records);
});

function answer(records: readonly TaskRecord[]): Record<string, unknown> {
  return { tasks: records.map(({ task }) => task), failures: [] };
}

function tokenUse(input: RunTask, region: string, cluster: string): TokenUse | undefined {
  const { clientToken, ...parameters } = input;
  if (clientToken === undefined) return undefined;
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  return {
    key: hash(canonicalJson([region, cluster, clientToken])),
    fingerprint: hash(canonicalJson(parameters)),
  };
}

/** The tasks that an earlier request with the token launched. Throws `ConflictException`. */
function findEarlier(store: Store, use: TokenUse): TaskRecord[] | undefined {
  const token = store.clientTokens.get(use.key);
  if (token === undefined) return undefined;
  const known = token.taskIds.flatMap((id) => store.tasks.get(id) ?? []);
  const records = known.filter(({ lost }) => lost !== true);
  if (token.fingerprint === use.fingerprint && records.length > 0) return records;
  throw conflict(token);
}

function conflict({ taskArns }: ClientTokenRecord) {
  return toError(
    refusal(
      "ConflictException",
      "The RunTask request could not be processed due to conflicts. The provided clientToken is already in use with a different RunTask request.",
      { resourceIds: taskArns },
    ),
  );
}

async function writeDown(
  { store, now }: OperationContext,
  records: readonly TaskRecord[],
  use: TokenUse | undefined,
): Promise<void> {
  const writes = records.map((record) => store.tasks.put(record.id, record));
  if (use !== undefined) {
    const taskIds = records.map(({ id }) => id);
    const taskArns = records.map(({ task }) => task.taskArn);
    const { key, fingerprint } = use;
    writes.push(store.clientTokens.put(key, { fingerprint, taskIds, taskArns, createdAt: now() }));
  }
  const outcomes = await Promise.allSettled(writes);
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed === undefined) return;
  await forget(store, records, use);
  throw failed.reason;
}

/** Nobody launches what could not be written down, so nobody may find it, by its token for instance. */
async function forget(
  store: Store,
  records: readonly TaskRecord[],
  use: TokenUse | undefined,
): Promise<void> {
  const removals = records.map(({ id }) => store.tasks.delete(id));
  if (use !== undefined) removals.push(store.clientTokens.delete(use.key));
  await Promise.allSettled(removals);
}
