/** Does the work, or throws a `TimeoutError` with these words when it takes longer. */
export async function within<T>(ms: number, words: string, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(outOfTime(words)), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Time is up. */
export function outOfTime(words = "no answer in time"): Error {
  return Object.assign(new Error(words), { name: "TimeoutError" });
}
