import { z } from "zod";
import { parseTaskDefinitionName, taskDefinitionArn } from "../../model/arn.ts";
import { assertAccepted, refusal, toError } from "../../model/refusal.ts";
import { checkTags } from "../../model/tags.ts";
import { registerTaskDefinitionSchema, toTaskDefinition } from "../../model/task-definition.ts";
import { checkTaskDefinition, compatibilitiesOf } from "../../model/task-definition-rules.ts";
import { findDefinition, revisionsOf } from "../lookup.ts";
import { defineOperation, type Operation, type OperationContext } from "../operation.ts";
import { pageFields, pageOf } from "../pagination.ts";

const MAX_BYTES = 64 * 1024;
const MAX_DELETED = 10;

const named = z.looseObject({
  taskDefinition: z.string().optional(),
  include: z.array(z.string()).optional(),
});

const registerTaskDefinition = defineOperation(
  registerTaskDefinitionSchema,
  async (input, context) => {
    const bytes = Buffer.byteLength(JSON.stringify(input));
    if (bytes > MAX_BYTES) {
      const message = `Actual length: '${bytes}'. Max allowed length is '${MAX_BYTES}' bytes.`;
      throw toError(refusal("ClientException", message));
    }
    assertAccepted(checkTaskDefinition(input) ?? checkTags(input.tags));
    const newest = revisionsOf(context.store, input.family ?? "").at(-1);
    const definition = toTaskDefinition(input, {
      region: context.region,
      revision: (newest?.definition.revision ?? 0) + 1,
      compatibilities: compatibilitiesOf(input),
      registeredAt: context.now(),
    });
    const tags = input.tags ?? [];
    await context.store.definitions.put(keyOf(definition), { definition, tags });
    return { taskDefinition: definition, tags };
  },
);

const describeTaskDefinition = defineOperation(named, async (input, { store }) => {
  const record = findDefinition(store, input.taskDefinition ?? "");
  if (record === undefined) {
    throw toError(refusal("ClientException", "Unable to describe task definition."));
  }
  const tags = input.include?.includes("TAGS") ? record.tags : [];
  return { taskDefinition: record.definition, tags };
});

const deregisterTaskDefinition = defineOperation(named, async (input, { store, now }) => {
  const given = input.taskDefinition ?? "";
  if (!given.includes(":")) throw toError(refusal("ClientException", "Revision is missing."));
  const record = findDefinition(store, given);
  if (record === undefined) {
    throw toError(refusal("ClientException", "The specified task definition does not exist."));
  }
  if (record.definition.status === "DELETE_IN_PROGRESS") {
    throw toError(
      refusal("ClientException", "The specified task definition is in DELETE_IN_PROGRESS status."),
    );
  }
  const definition = {
    ...record.definition,
    status: "INACTIVE" as const,
    deregisteredAt: record.definition.deregisteredAt ?? now(),
  };
  await store.definitions.put(keyOf(definition), { ...record, definition });
  return { taskDefinition: definition };
});

const deleteTaskDefinitions = defineOperation(
  z.looseObject({ taskDefinitions: z.array(z.string()).optional() }),
  async (input, context) => {
    const given = input.taskDefinitions ?? [];
    if (given.length === 0 || given.length > MAX_DELETED) {
      const message = `You can delete from 1 to ${MAX_DELETED} task definitions at a time.`;
      throw toError(refusal("InvalidParameterException", message));
    }
    const outcomes = await Promise.all(given.map((name) => deleteOne(name, context)));
    return {
      taskDefinitions: outcomes.flatMap(({ definition }) => definition ?? []),
      failures: outcomes.flatMap(({ failure }) => failure ?? []),
    };
  },
);

/**
 * A deleted revision stays as DELETE_IN_PROGRESS, as on AWS while tasks refer to it: its number must not
 * come again.
 */
async function deleteOne(given: string, { store, now, region }: OperationContext) {
  const { family, revision } = parseTaskDefinitionName(given);
  const record = revision === undefined ? undefined : findDefinition(store, given);
  if (record === undefined) {
    const arn = revision === undefined ? given : taskDefinitionArn(region, family, revision);
    const reason =
      "The specified task definition identifier is invalid. Specify a valid name or ARN and try again.";
    return { failure: { arn, reason } };
  }
  const arn = record.definition.taskDefinitionArn;
  if (record.definition.status === "ACTIVE") {
    const reason =
      "The specified task definition is still in ACTIVE status. Please deregister the target and try again.";
    return { failure: { arn, reason } };
  }
  const definition = {
    ...record.definition,
    status: "DELETE_IN_PROGRESS" as const,
    deleteRequestedAt: record.definition.deleteRequestedAt ?? now(),
  };
  await store.definitions.put(keyOf(definition), { ...record, definition });
  return { definition };
}

const listTaskDefinitions = defineOperation(
  z.looseObject({
    familyPrefix: z.string().optional(),
    status: z.enum(["ACTIVE", "INACTIVE", "DELETE_IN_PROGRESS"]).optional(),
    sort: z.enum(["ASC", "DESC"]).optional(),
    ...pageFields,
  }),
  async (input, { store, region }) => {
    const records = store.definitions
      .values()
      .map(({ definition }) => definition)
      .filter(({ status }) => status === (input.status ?? "ACTIVE"))
      .filter(({ family }) => input.familyPrefix === undefined || family === input.familyPrefix);
    // Revisions are padded, so that the order of the texts is the order of the numbers.
    const keys = records.map(({ family, revision }) => `${family}:${pad(revision)}`);
    const { items, ...rest } = pageOf(keys, { ...input, descending: input.sort === "DESC" });
    const arns = items.map((key) => {
      const colon = key.lastIndexOf(":");
      return taskDefinitionArn(region, key.slice(0, colon), Number(key.slice(colon + 1)));
    });
    return { taskDefinitionArns: arns, ...rest };
  },
);

const listTaskDefinitionFamilies = defineOperation(
  z.looseObject({
    familyPrefix: z.string().optional(),
    status: z.enum(["ACTIVE", "INACTIVE", "ALL"]).optional(),
    ...pageFields,
  }),
  async (input, context) => {
    const families = familiesOf(context, input.status ?? "ALL");
    const matching = families.filter((family) => family.startsWith(input.familyPrefix ?? ""));
    const { items, ...rest } = pageOf(matching, input);
    return { families: items, ...rest };
  },
);

/** A family is active while one of its revisions is. */
function familiesOf({ store }: OperationContext, status: "ACTIVE" | "INACTIVE" | "ALL"): string[] {
  const all = store.definitions
    .values()
    .map(({ definition }) => definition)
    .filter((one) => one.status !== "DELETE_IN_PROGRESS");
  const active = new Set(all.filter((one) => one.status === "ACTIVE").map((one) => one.family));
  return [...new Set(all.map(({ family }) => family))].filter(
    (family) => status === "ALL" || active.has(family) === (status === "ACTIVE"),
  );
}

function keyOf({ family, revision }: { family: string; revision: number }): string {
  return `${family}:${revision}`;
}

function pad(revision: number): string {
  return String(revision).padStart(7, "0");
}

export const taskDefinitionOperations: Readonly<Record<string, Operation>> = {
  RegisterTaskDefinition: registerTaskDefinition,
  DescribeTaskDefinition: describeTaskDefinition,
  DeregisterTaskDefinition: deregisterTaskDefinition,
  DeleteTaskDefinitions: deleteTaskDefinitions,
  ListTaskDefinitions: listTaskDefinitions,
  ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
};
