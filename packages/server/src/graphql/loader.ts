/**
 * Gathers what is asked for in one tick into one statement. Nothing is kept beyond that: a
 * subscription's context lives long, and has to see each change.
 */
export function createLoader<V>(
  batch: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
) {
  let waiting: Promise<ReadonlyMap<string, V>> | undefined;
  let keys = new Set<string>();
  return async (key: string): Promise<V | undefined> => {
    keys.add(key);
    waiting ??= new Promise((resolve) => setImmediate(resolve)).then(() => {
      const gathered = [...keys];
      keys = new Set();
      waiting = undefined;
      return batch(gathered);
    });
    return (await waiting).get(key);
  };
}

/** One row for each key. */
export function byKey<V>(rows: readonly V[], keyOf: (row: V) => string): ReadonlyMap<string, V> {
  return new Map(rows.map((row) => [keyOf(row), row]));
}

/** All the rows of each key, in their order. */
export function groupByKey<V>(
  rows: readonly V[],
  keyOf: (row: V) => string,
): ReadonlyMap<string, V[]> {
  const groups = new Map<string, V[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
