/** A quota as AWS has it: a bucket of `burst` calls that fills by `perSecond`. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** Takes from the bucket (a full one where there is none yet); what is refused takes nothing. */
export function takeTokens(
  rate: Rate,
  bucket: Bucket | undefined,
  wanted: number,
  at: number,
): { readonly taken: boolean; readonly bucket: Bucket } {
  const { tokens: before, at: since } = bucket ?? { tokens: rate.burst, at };
  const tokens = Math.min(rate.burst, before + Math.max(0, at - since) * rate.perSecond);
  const taken = tokens >= wanted;
  return { taken, bucket: { tokens: taken ? tokens - wanted : tokens, at } };
}
