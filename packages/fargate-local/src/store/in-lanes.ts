/** Far fewer than the files that a process may have open. */
const LANES = 64;

/** What `work` makes of each item, in the items' order; only some are worked on at the same time. */
export async function inLanes<In, Out>(
  items: readonly In[],
  work: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = [];
  const waiting = items.entries();
  const lane = async () => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}
