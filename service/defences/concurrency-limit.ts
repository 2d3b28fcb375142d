/**
 * Runs `count` tasks, at most `limit` at once, and returns their results in order. Fails with the first
 * failure. No further tasks start then, but those in flight go on.
 */
export async function concurrently<T>(count: number, limit: number, task: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  async function lane(): Promise<void> {
    while (next < count) {
      const index = next++;
      results[index] = await task().catch((error: unknown) => {
        next = count;
        throw error;
      });
    }
  }
  await Promise.all(Array.from({ length: Math.min(count, limit) }, lane));
  return results;
}
