import { z } from "zod";
import { type Refusal, refusal } from "./refusal.ts";

export const tagsSchema = z.array(
  z.looseObject({ key: z.string().optional(), value: z.string().optional() }),
);

export type Tag = z.infer<typeof tagsSchema>[number];

const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;
/** As the API reference has it, for keys and values. */
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** What AWS says of one tag: undefined where it is fine. */
const TAG_RULES: readonly ((tag: Tag) => string | undefined)[] = [
  ({ key }) => (key === undefined || key === "" ? "Tag key can not be null or empty." : undefined),
  ({ key }) =>
    (key?.length ?? 0) > MAX_KEY ? `Tag key can not be longer than ${MAX_KEY}.` : undefined,
  ({ value }) =>
    (value?.length ?? 0) > MAX_VALUE ? `Tag value can not be longer than ${MAX_VALUE}.` : undefined,
  ({ key = "", value = "" }) =>
    CHARACTERS.test(key) && CHARACTERS.test(value)
      ? undefined
      : `Tag '${key}' contains invalid characters. Allowed are letters, spaces, numbers and _ . : / = + - @.`,
  ({ key }) =>
    key?.toLowerCase().startsWith("aws:") === true
      ? "Tag keys starting with 'aws:' are reserved for system use."
      : undefined,
];

export function checkTags(tags: readonly Tag[] | undefined): Refusal | undefined {
  if (tags === undefined) return undefined;
  if (tags.length > MAX_TAGS) {
    return refusal(
      "InvalidParameterException",
      `Tags can not contain more than ${MAX_TAGS} entries.`,
    );
  }
  for (const tag of tags) {
    for (const rule of TAG_RULES) {
      const message = rule(tag);
      if (message !== undefined) return refusal("InvalidParameterException", message);
    }
  }
  if (new Set(tags.map(({ key }) => key)).size < tags.length) {
    return refusal("InvalidParameterException", "Duplicate tag keys found.");
  }
  return undefined;
}

/** Tells a tag that its owner gave from one of AWS's own. */
export function isUserTag({ key }: Tag): boolean {
  return key?.startsWith("aws:") !== true;
}

/** The tags with `added` written over those of the same key. */
export function mergeTags(tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  const keys = new Set(added.map(({ key }) => key));
  return [...tags.filter(({ key }) => !keys.has(key)), ...added];
}
