/** Waits for everything, also where something fails: what still starts must be known before it can be stopped. Throws the first failure. */
export async function settleAll(promises) {
  const results = await Promise.allSettled(promises);
  for (const { status, reason } of results) if (status === "rejected") throw reason;
  return results.map(({ value }) => value);
}
