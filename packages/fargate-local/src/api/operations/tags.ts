import { z } from "zod";
import { shortName } from "../../model/arn.ts";
import { assertAccepted, refusal, toError } from "../../model/refusal.ts";
import { checkTags, isUserTag, mergeTags, type Tag, tagsSchema } from "../../model/tags.ts";
import type { Store } from "../../store/store.ts";
import { defineOperation, type Operation } from "../operation.ts";

const ARN = /^arn:aws:ecs:[^:]*:[^:]*:(?<kind>[a-z-]+)\/.+$/;

/** Where the tags of one resource are kept. */
interface Tagged {
  readonly tags: readonly Tag[];
  write(tags: Tag[]): Promise<void>;
}

/** The kinds of resource that have tags here, by the word in their ARNs. */
const KINDS: Readonly<Record<string, (store: Store, name: string) => Tagged | undefined>> = {
  task: ({ tasks }, name) => {
    const record = tasks.get(name);
    if (record?.lost === true) return undefined;
    return (
      record && {
        tags: record.task.tags,
        write: (tags) => {
          // Read again: the task's life goes on meanwhile.
          const now = tasks.get(name) ?? record;
          return tasks.put(name, { ...now, task: { ...now.task, tags } });
        },
      }
    );
  },
  "task-definition": ({ definitions }, name) => {
    const record = definitions.get(name);
    return (
      record && { tags: record.tags, write: (tags) => definitions.put(name, { ...record, tags }) }
    );
  },
  cluster: ({ clusters }, name) => {
    const record = clusters.get(name);
    return (
      record && { tags: record.tags, write: (tags) => clusters.put(name, { ...record, tags }) }
    );
  },
};

const tagResource = defineOperation(
  z.looseObject({ resourceArn: z.string().optional(), tags: tagsSchema.optional() }),
  async (input, { store }) => {
    const tagged = findTagged(store, input.resourceArn);
    const tags = mergeTags(tagged.tags, input.tags ?? []);
    assertAccepted(checkTags(input.tags) ?? checkTags(tags.filter(isUserTag)));
    await tagged.write(tags);
    return {};
  },
);

const untagResource = defineOperation(
  z.looseObject({
    resourceArn: z.string().optional(),
    tagKeys: z.array(z.string()).optional(),
  }),
  async (input, { store }) => {
    const tagged = findTagged(store, input.resourceArn);
    const gone = (tag: Tag) => isUserTag(tag) && input.tagKeys?.includes(tag.key ?? "") === true;
    await tagged.write(tagged.tags.filter((tag) => !gone(tag)));
    return {};
  },
);

const listTagsForResource = defineOperation(
  z.looseObject({ resourceArn: z.string().optional() }),
  async (input, { store }) => ({ tags: findTagged(store, input.resourceArn).tags }),
);

function findTagged(store: Store, arn = ""): Tagged {
  const kind = ARN.exec(arn)?.groups?.["kind"];
  const find = kind !== undefined && Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (find === undefined) {
    throw toError(refusal("InvalidParameterException", "The specified resourceArn is invalid."));
  }
  const tagged = find(store, shortName(arn));
  if (tagged !== undefined) return tagged;
  throw toError(refusal("ResourceNotFoundException", "The specified resource wasn't found."));
}

export const tagOperations: Readonly<Record<string, Operation>> = {
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
};
