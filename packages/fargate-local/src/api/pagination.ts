import { z } from "zod";
import { refusal, toError } from "../model/refusal.ts";

const MAX_RESULTS = 100;

export const pageFields = {
  nextToken: z.string().optional(),
  maxResults: z.int().optional(),
};

export interface PageInput {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
  /** From the last text to the first. */
  readonly descending?: boolean;
}

export interface Page {
  readonly items: readonly string[];
  readonly nextToken?: string;
}

/**
 * One page of a list, in the order of the texts. The token holds the last item that was given, so a
 * page stays right when items come and go between two calls. Throws `InvalidParameterException`.
 */
export function pageOf(list: readonly string[], input: PageInput): Page {
  const size = input.maxResults ?? MAX_RESULTS;
  if (size < 1 || size > MAX_RESULTS) {
    throw toError(
      refusal("InvalidParameterException", `maxResults must be between 1 and ${MAX_RESULTS}.`),
    );
  }
  const after = input.nextToken === undefined ? undefined : readToken(input.nextToken);
  const order = input.descending === true ? -1 : 1;
  const rest = [...list]
    .sort((a, b) => order * byText(a, b))
    .filter((item) => after === undefined || order * byText(item, after) > 0);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  return last === undefined || rest.length <= size
    ? { items }
    : { items, nextToken: Buffer.from(last).toString("base64url") };
}

function readToken(token: string): string {
  const last = Buffer.from(token, "base64url").toString("utf8");
  if (token === "" || Buffer.from(last).toString("base64url") !== token) {
    throw toError(refusal("InvalidParameterException", "Invalid token."));
  }
  return last;
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
