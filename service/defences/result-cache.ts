/** A cache in front of a computation: returns the cached result, or computes it. */
export type ResultCache<T> = (key: string, compute: () => Promise<T>) => Promise<T>;

/**
 * Keeps the results of the most recently used keys; 0 entries = computes every time. It keeps the promise
 * rather than its value, so that requests that arrive during a computation share its result.
 */
export function resultCache<T>(entries: number): ResultCache<T> {
  if (entries === 0) return (_, compute) => compute();
  const kept = new Map<string, Promise<T>>(); // in order of use, oldest first
  return (key, compute) => {
    const result = kept.get(key) ?? compute();
    kept.delete(key);
    kept.set(key, result);
    if (kept.size > entries) kept.delete(kept.keys().next().value as string);
    result.catch(() => kept.get(key) === result && kept.delete(key));
    return result;
  };
}
