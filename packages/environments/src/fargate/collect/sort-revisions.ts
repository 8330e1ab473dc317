/** A revision of a family, with the hash that Slipway left as a tag; none where somebody else registered it. */
export interface Revision {
  readonly revision: number;
  readonly hash: string | undefined;
}

export interface KeptRevision {
  readonly revision: number;
  readonly why: "not Slipway's" | "in use" | "named" | "among the newest";
}

export interface Keeping {
  readonly keepRevisions: number;
  readonly keepHashes: readonly string[];
  readonly inUse: ReadonlySet<number>;
}

/** Tells the revisions that stay, and why, from those that may go, oldest first. */
export function sortRevisions(revisions: readonly Revision[], keeping: Keeping) {
  const newestFirst = [...revisions].sort((a, b) => b.revision - a.revision);
  const own = newestFirst.filter(({ hash }) => hash !== undefined);
  const newest = new Set(own.slice(0, keeping.keepRevisions).map(({ revision }) => revision));
  const kept: KeptRevision[] = [];
  const removable: number[] = [];
  for (const { revision, hash } of newestFirst) {
    const why = reasonToKeep(revision, hash, newest, keeping);
    if (why === undefined) removable.unshift(revision);
    else kept.push({ revision, why });
  }
  return { kept, removable };
}

function reasonToKeep(
  revision: number,
  hash: string | undefined,
  newest: ReadonlySet<number>,
  { keepHashes, inUse }: Keeping,
): KeptRevision["why"] | undefined {
  if (hash === undefined) return "not Slipway's";
  if (inUse.has(revision)) return "in use";
  if (keepHashes.includes(hash)) return "named";
  return newest.has(revision) ? "among the newest" : undefined;
}
