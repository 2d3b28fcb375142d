/**
 * Records experiments, several at the same time, and tells of each as soon as it is recorded.
 * @param names in the order in which they begin
 * @param jobs how many at the same time
 * @param record how one is recorded: resolves to the folder of its recordings, or undefined when it was interrupted before
 * @throws what kept one of them from being recorded, when those that had begun are over; no other begins after it.
 */
export async function recordSeveral(
  names: readonly string[],
  jobs: number,
  record: (name: string) => Promise<string | undefined>,
  recorded: (name: string, folder: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const waiting = [...names];
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (;;) {
      const name = stop.aborted || failures.length > 0 ? undefined : waiting.shift();
      if (name === undefined) return;
      try {
        const folder = await record(name);
        if (folder !== undefined) recorded(name, folder);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  if (failures.length > 0) throw failures[0];
}
